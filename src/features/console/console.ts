import { fileURLToPath } from 'node:url';
import type { FileOps } from '../../platform/files/file-ops.ts';
import type { Routes } from '../../platform/http/server.ts';
import { BuiltFiles } from '../../platform/http/static/built-files.ts';
import { consoleRoutes, type WhoAsks } from './routes.ts';

/** @param deps.entry the program: its sources have what was built beside them, a release has it below itself */
export function createConsole(deps: {
  readonly files: FileOps;
  readonly entry: URL;
  readonly whoAsks: WhoAsks;
}): {
  readonly routes: Routes;
} {
  const folder = deps.entry.pathname.endsWith('.ts') ? '../dist/console' : './console';
  const built = new BuiltFiles(deps.files, fileURLToPath(new URL(folder, deps.entry)));
  return { routes: consoleRoutes({ built, whoAsks: deps.whoAsks }) };
}
