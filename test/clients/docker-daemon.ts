import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Account } from '../harness/accounts.ts';
import { type Ended, requireProgram, runProgram, spawnProgram } from '../harness/run-program.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { startDaemon } from './start-daemon.ts';

/**
 * A Docker of the test's own, daemon and command line; it shares nothing with one that the machine may have. It needs
 * root. Registries on loopback addresses may be without TLS by themselves.
 */
export class Docker implements AsyncDisposable {
  readonly #folder: string;
  #stop: () => Promise<void> = () => Promise.resolve();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<Docker> {
    requireProgram('docker', 'docker.io');
    requireProgram('dockerd', 'docker.io');
    requireProgram('unshare', 'util-linux');
    const folder = temporaryFolder();
    const docker = new Docker(folder);
    docker.#stop = await startDaemon({
      command: ['dockerd', ...daemonFlags(folder)],
      folder,
      answers: async () => (await docker.run(null, 'version')).code === 0,
    });
    return docker;
  }

  /** As somebody whose sign-in is kept apart from everybody else's. */
  run(who: Account | null, ...args: readonly string[]): Promise<Ended> {
    return this.runWith({ who, args });
  }

  runWith(input: { who: Account | null; args: readonly string[]; input?: string }): Promise<Ended> {
    const options = { cwd: this.#folder, env: this.#envOf(input.who), limitMs: 600_000 };
    return runProgram('docker', input.args, { ...options, input: input.input ?? '' });
  }

  /** Does not wait for the end of the command. */
  start(who: Account | null, ...args: readonly string[]): ChildProcess {
    return spawnProgram('docker', args, { cwd: this.#folder, env: this.#envOf(who) });
  }

  #envOf(who: Account | null): Record<string, string> {
    return {
      DOCKER_HOST: `unix://${join(this.#folder, 'docker.sock')}`,
      DOCKER_CONFIG: join(this.#folder, `config-${who?.username ?? 'nobody'}`),
    };
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
