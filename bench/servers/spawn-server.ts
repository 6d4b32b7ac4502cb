import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

/** Without anything that one of the servers would read. */
function environment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:BERTH_|HARBOR_|REGISTRY_|NODE_)/.test(name),
  );
  return { ...Object.fromEntries(kept), ...more };
}

/** Starts a server that does not outlive this process. What it logs goes into a file, as in a real installation. */
export function spawnServer(
  command: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): ChildProcess & { readonly pid: number } {
  const [program = '', ...args] = command;
  const log = openSync(join(options.cwd, 'log'), 'a');
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: environment(options.env ?? {}),
    stdio: ['ignore', 'ignore', log],
  });
  closeSync(log);
  if (child.pid === undefined) throw new Error(`${program} cannot be started`);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return Object.assign(child, { pid: child.pid });
}

export async function endServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Waits until `/v2/` answers, and tells how many milliseconds that took since `startedAt`. */
export async function untilItAnswers(child: ChildProcess, port: number, startedAt: number): Promise<number> {
  const address = `http://127.0.0.1:${port}/v2/`;
  for (;;) {
    const status = await fetch(address).then(
      (answer) => answer.status,
      // Not listening yet.
      () => 0,
    );
    if (status === 200 || status === 401) return performance.now() - startedAt;
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    if (performance.now() - startedAt > 60_000) throw new Error('the server does not answer');
    await delay(2);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
