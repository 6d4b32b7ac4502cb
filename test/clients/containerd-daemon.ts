import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../harness/accounts.ts';
import { type Ended, requireProgram, runProgram, spawnProgram } from '../harness/run-program.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** A containerd of the test's own: where `ctr` keeps content. What speaks to registries is `ctr` itself (`--local`). */
export class Containerd implements AsyncDisposable {
  readonly #folder: string;
  readonly #stop: () => Promise<void>;

  private constructor(folder: string, stop: () => Promise<void>) {
    this.#folder = folder;
    this.#stop = stop;
  }

  static async start(): Promise<Containerd> {
    requireProgram('containerd', 'containerd');
    requireProgram('unshare', 'util-linux');
    const folder = temporaryFolder();
    const config = join(folder, 'config.toml');
    writeFileSync(config, configOf(folder));
    const daemon = spawnProgram('unshare', ['--mount', 'containerd', '--config', config], { cwd: folder });
    let log = '';
    for (const stream of [daemon.stdout, daemon.stderr]) {
      stream?.setEncoding('utf8').on('data', (more: string) => {
        log += more;
      });
    }
    const ended = once(daemon, 'exit');
    const stop = async (): Promise<void> => {
      daemon.kill('SIGTERM');
      await ended;
    };
    const containerd = new Containerd(folder, stop);
    await waitUntil(
      'containerd to answer',
      async () => {
        if (daemon.exitCode !== null) throw new Error(`containerd ended with ${daemon.exitCode}:\n${log}`);
        return (await containerd.run('ctr', 'version')).code === 0;
      },
      60_000,
    );
    return containerd;
  }

  /** `program` is the `ctr` to use. */
  run(program: string, ...args: readonly string[]): Promise<Ended> {
    const socket = join(this.#folder, 'containerd.sock');
    return runProgram(program, ['--address', socket, ...args], { cwd: this.#folder, limitMs: 300_000 });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop();
  }
}

function configOf(folder: string): string {
  const plugins = join(folder, 'plugins');
  mkdirSync(plugins);
  return `version = 2
root = "${join(folder, 'root')}"
state = "${join(folder, 'state')}"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "${join(folder, 'containerd.sock')}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${plugins}"
`;
}

export function userFlag({ username, password }: Account): string[] {
  return ['--plain-http', '--user', `${username}:${password}`];
}
