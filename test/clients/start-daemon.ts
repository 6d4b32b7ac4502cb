import { once } from 'node:events';
import { spawnProgram } from '../harness/run-program.ts';
import { waitUntil } from '../harness/wait-until.ts';

/**
 * Starts a daemon in a mount namespace of its own: what it mounts on its folder goes with it, however it ends. Returns
 * how it is stopped, once it answers.
 */
export async function startDaemon(input: {
  readonly command: readonly [program: string, ...args: string[]];
  readonly folder: string;
  readonly answers: () => Promise<boolean>;
}): Promise<() => Promise<void>> {
  const { command, folder, answers } = input;
  const [name] = command;
  const daemon = spawnProgram('unshare', ['--mount', ...command], { cwd: folder });
  let log = '';
  for (const stream of [daemon.stdout, daemon.stderr]) {
    stream?.setEncoding('utf8').on('data', (more: string) => {
      log += more;
    });
  }
  const ended = once(daemon, 'exit');
  await waitUntil(
    `${name} to answer`,
    () => {
      if (daemon.exitCode !== null) throw new Error(`${name} ended with ${daemon.exitCode}:\n${log}`);
      return answers();
    },
    60_000,
  );
  return async () => {
    daemon.kill('SIGTERM');
    await ended;
  };
}
