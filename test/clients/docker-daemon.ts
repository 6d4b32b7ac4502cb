import { once } from 'node:events';
import { join } from 'node:path';
import type { Account } from '../harness/accounts.ts';
import { type Ended, requireProgram, runProgram, spawnProgram } from '../harness/run-program.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';

/**
 * A Docker of the test's own, daemon and command line; it shares nothing with one that the machine may have. It needs
 * root. Registries on loopback addresses may be without TLS by themselves.
 */
export class Docker implements AsyncDisposable {
  readonly #folder: string;
  readonly #stop: () => Promise<void>;

  private constructor(folder: string, stop: () => Promise<void>) {
    this.#folder = folder;
    this.#stop = stop;
  }

  static async start(): Promise<Docker> {
    requireProgram('docker', 'docker.io');
    requireProgram('dockerd', 'docker.io');
    requireProgram('unshare', 'util-linux');
    const folder = temporaryFolder();
    // In a mount namespace of its own: what it mounts on its folder goes with it, however it ends.
    const daemon = spawnProgram('unshare', ['--mount', 'dockerd', ...daemonFlags(folder)], { cwd: folder });
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
    const docker = new Docker(folder, stop);
    await waitUntil(
      'dockerd to answer',
      async () => {
        if (daemon.exitCode !== null) throw new Error(`dockerd ended with ${daemon.exitCode}:\n${log}`);
        return (await docker.run(null, 'version')).code === 0;
      },
      60_000,
    );
    return docker;
  }

  /** As somebody whose sign-in is kept apart from everybody else's. */
  run(who: Account | null, ...args: readonly string[]): Promise<Ended> {
    return this.runWith({ who, args });
  }

  runWith(input: { who: Account | null; args: readonly string[]; input?: string }): Promise<Ended> {
    const env = {
      DOCKER_HOST: `unix://${join(this.#folder, 'docker.sock')}`,
      DOCKER_CONFIG: join(this.#folder, `config-${input.who?.username ?? 'nobody'}`),
    };
    return runProgram('docker', input.args, { cwd: this.#folder, env, input: input.input ?? '' });
  }

  login(who: Account, address: string): Promise<Ended> {
    const args = ['login', '--username', who.username, '--password-stdin', address];
    return this.runWith({ who, args, input: who.password });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stop();
  }
}

function daemonFlags(folder: string): string[] {
  return [
    `--data-root=${join(folder, 'data')}`,
    `--exec-root=${join(folder, 'exec')}`,
    `--pidfile=${join(folder, 'pid')}`,
    `--host=unix://${join(folder, 'docker.sock')}`,
    `--group=${process.getgid?.() ?? 0}`,
    '--storage-driver=vfs',
    '--iptables=false',
    '--ip6tables=false',
    '--bridge=none',
  ];
}
