import { join } from 'node:path';
import { root } from './berth-command.ts';
import { runProgram } from './run-program.ts';

/** The programs of `test/clients/tools`, at the versions that its modules pin. */
export type GoTool = 'conformance' | 'crane' | 'oras' | 'ctr';

const script = join(root, 'test/clients/tools/build.sh');

/** Path of the program; the first call on a machine builds it. */
export async function goTool(name: GoTool): Promise<string> {
  const home = process.env['HOME'] ?? root;
  // Go keeps its modules and what it compiled below the true home.
  const { code, stdout, text } = await runProgram(script, [], {
    cwd: root,
    env: { HOME: home },
    limitMs: 30 * 60_000,
  });
  if (code !== 0) throw new Error(`${name} could not be built by ${script}:\n${text.slice(-4000)}`);
  return join(stdout.trim(), name);
}
