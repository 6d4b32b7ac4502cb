import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../harness/accounts.ts';
import { type Ended, requireProgram, runProgram, spawnProgram } from '../harness/run-program.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { startDaemon } from './start-daemon.ts';

/** A containerd of the test's own: where `ctr` keeps content. What speaks to registries is `ctr` itself (`--local`). */
export class Containerd implements AsyncDisposable {
  readonly #folder: string;
  #stop: () => Promise<void> = () => Promise.resolve();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<Containerd> {
    requireProgram('containerd', 'containerd');
    requireProgram('unshare', 'util-linux');
    const folder = temporaryFolder();
    const config = join(folder, 'config.toml');
    writeFileSync(config, configOf(folder));
    const containerd = new Containerd(folder);
    containerd.#stop = await startDaemon({
      command: ['containerd', '--config', config],
      folder,
      answers: async () => (await containerd.run('ctr', 'version')).code === 0,
    });
    return containerd;
  }

  /** `program` is the `ctr` to use. */
  run(program: string, ...args: readonly string[]): Promise<Ended> {
    const socket = join(this.#folder, 'containerd.sock');
    return runProgram(program, ['--address', socket, ...args], { cwd: this.#folder, limitMs: 600_000 });
  }

  /** Does not wait for the end of the command. */
  start(program: string, ...args: readonly string[]): ChildProcess {
    const socket = join(this.#folder, 'containerd.sock');
    return spawnProgram(program, ['--address', socket, ...args], { cwd: this.#folder });
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
