import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './berth-command.ts';
import { runProgram } from './run-program.ts';

/** The folders of `test/clients/tools`: what is built from source, at the versions that they pin. */
export type ToolModule =
  | 'conformance'
  | 'containerd'
  | 'cosign'
  | 'crane'
  | 'harbor-api-client'
  | 'harbor-go-client'
  | 'harborapi'
  | 'helm3'
  | 'helm4'
  | 'notation'
  | 'opentofu'
  | 'oras'
  | 'oras-py'
  | 'regclient'
  | 'schemathesis'
  | 'stargz'
  | 'webhook-receiver';

type PythonModule = 'harbor-api-client' | 'harborapi' | 'oras-py' | 'schemathesis' | 'webhook-receiver';

/** The version of what the module builds, from its `go.mod`. */
export function pinnedVersion(module: Exclude<ToolModule, PythonModule>, path: string): string {
  const text = readFileSync(join(root, 'test/clients/tools', module, 'go.mod'), 'utf8');
  const version = text
    .split(/[\n\t]/)
    .find((line) => line.startsWith(`${path} v`))
    ?.split(' ')[1];
  if (version === undefined) throw new Error(`${module}/go.mod pins no ${path}`);
  return version.slice(1);
}

const script = join(root, 'test/clients/tools/build.sh');

/** Path of the module's program; the first call on a machine builds it. */
export async function clientTool(module: ToolModule): Promise<string> {
  const { HOME = root, BERTH_TOOLS_CACHE } = process.env;
  // Go keeps its modules and what it compiled below the true home.
  const { code, stdout, text } = await runProgram(script, [module], {
    cwd: root,
    env: { HOME, ...(BERTH_TOOLS_CACHE === undefined ? {} : { BERTH_TOOLS_CACHE }) },
    limitMs: 30 * 60_000,
  });
  if (code !== 0)
    throw new Error(`${module} could not be built by ${basename(script)}:\n${text.slice(-4000)}`);
  return stdout.trim();
}
