import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, requireProgram, runProgram, spawnProgram } from '../harness/run-program.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';

/**
 * A Docker with networks, in a network namespace of its own: what it publishes is seen only by programs that are run
 * `inside`, and nothing of it is left on the machine. It needs root.
 */
export class ContainerHost implements AsyncDisposable {
  readonly folder = temporaryFolder();
  #pid: number | undefined;
  #stop: () => Promise<void> = () => Promise.resolve();

  static async start(): Promise<ContainerHost> {
    for (const program of ['docker', 'dockerd']) requireProgram(program, 'docker.io');
    requireProgram('docker-compose', 'docker-compose');
    for (const program of ['unshare', 'nsenter']) requireProgram(program, 'util-linux');
    requireProgram('ip', 'iproute2', '-Version');
    requireProgram('iptables', 'iptables');
    const host = new ContainerHost();
    await host.#start();
    return host;
  }

  async #start(): Promise<void> {
    const at = (name: string): string => join(this.folder, name);
    const flags = [`--data-root=${at('data')}`, `--exec-root=${at('exec')}`, `--pidfile=${at('pid')}`];
    const socket = [`--host=unix://${at('docker.sock')}`, '--group=0'];
    const command = `ip link set lo up; exec dockerd ${[...flags, ...socket].join(' ')}`;
    // However the test ends, the end of `unshare` ends every container.
    const apart = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const daemon = spawnProgram('unshare', [...apart, 'sh', '-c', command], { cwd: this.folder });
    this.#pid = daemon.pid;
    let log = '';
    for (const stream of [daemon.stdout, daemon.stderr]) {
      stream?.setEncoding('utf8').on('data', (more: string) => {
        log += more;
      });
    }
    const ended = once(daemon, 'exit');
    const answers = async (): Promise<boolean> => {
      if (daemon.exitCode !== null) throw new Error(`dockerd ended with ${daemon.exitCode}:\n${log}`);
      return (await runProgram('docker', ['version'], { cwd: this.folder, env: this.#env })).code === 0;
    };
    await waitUntil('dockerd to answer', answers, 120_000);
    this.#stop = async () => {
      daemon.kill('SIGKILL');
      await ended;
    };
  }

  get #env(): Record<string, string> {
    return { DOCKER_HOST: `unix://${join(this.folder, 'docker.sock')}` };
  }

  /** Returns what it printed on standard output. */
  async docker(...args: readonly string[]): Promise<string> {
    return succeeded(
      await runProgram('docker', args, { cwd: this.folder, env: this.#env, limitMs: 300_000 }),
    );
  }

  async compose(
    file: string,
    env: Readonly<Record<string, string>>,
    ...args: readonly string[]
  ): Promise<string> {
    const options = { cwd: this.folder, env: { ...this.#env, ...env }, limitMs: 600_000 };
    return succeeded(await runProgram('docker-compose', ['--file', file, ...args], options));
  }

  /** Where the published ports are. */
  inside(program: string, ...args: readonly string[]): Promise<Ended> {
    return runProgram('nsenter', [`--net=/proc/${this.#pid}/ns/net`, program, ...args], { cwd: this.folder });
  }

  /**
   * An image of files of this machine, with the libraries they are linked to; it stands for one that other people have
   * from a registry.
   * @param moved files that have another place in it
   */
  async imageOfFiles(
    name: string,
    files: readonly string[],
    how: { readonly moved?: Readonly<Record<string, string>>; readonly changes?: readonly string[] } = {},
  ): Promise<void> {
    const root = join(this.folder, `root-of-${name}`);
    mkdirSync(root);
    const moved = Object.entries(how.moved ?? {});
    const script = `set -e
libraries=$(ldd "$@" 2>/dev/null | awk '$3 ~ /^\\// { print $3 } $1 ~ /^\\/.*so/ { print $1 }' | sort -u)
cp -rL --parents "$@" $libraries '${root}'
${moved.map(([from, to]) => `install -D '${from}' '${root}${to}'`).join('\n')}
tar -C '${root}' -cf '${root}.tar' .
rm -rf '${root}'`;
    const copied = [...files, ...moved.map(([from]) => from)];
    succeeded(await runProgram('sh', ['-c', script, 'copy', ...copied], { cwd: this.folder }));
    const changes = (how.changes ?? []).flatMap((change) => ['--change', change]);
    await this.docker('import', ...changes, `${root}.tar`, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}

function succeeded({ code, stdout, text }: Ended): string {
  assert.equal(code, 0, text);
  return stdout;
}
