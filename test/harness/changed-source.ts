import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One piece of a module's text that is another one in the server that a test starts. */
export interface SourceChange {
  /** Below `src`, without its ending. */
  readonly module: string;
  /** Has to be there exactly once, or the server does not start. */
  readonly find: string;
  readonly replace: string;
}

const hookPath = join(import.meta.dirname, 'source-hook.ts');

export function isChanged(env: Readonly<Record<string, string | undefined>>): boolean {
  return env['NODE_OPTIONS']?.includes(pathToFileURL(hookPath).href) === true;
}

/** The environment of a server whose source is changed while it is loaded; the files stay as they are. */
export function changedSource(changes: readonly SourceChange[]): { readonly NODE_OPTIONS: string } {
  const hook = pathToFileURL(hookPath);
  hook.searchParams.set('changes', JSON.stringify(changes));
  return { NODE_OPTIONS: `--import=${hook.href}` };
}
