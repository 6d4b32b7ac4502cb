import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launcher } from '../harness/berth-command.ts';
import { freePorts } from '../harness/free-ports.ts';
import { RegistryClient } from '../harness/registry-client.ts';
import { spawnProgram } from '../harness/run-program.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** Docker's registry itself in the place of Berth, to see what it does: `BERTH_TEST_REGISTRY=docker-registry`. */
const other = process.env['BERTH_TEST_REGISTRY'];

/** A folder for the PATH in which `registry serve <configuration>` starts Berth. */
export function writeRegistryProgram(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const program = join(bin, 'registry');
  const lines = ['#!/bin/sh', 'export BERTH_METRICS_LISTEN=off', `exec ${launcher} "$1" --config "$2"`];
  writeFileSync(program, other === undefined ? lines.join('\n') : `#!/bin/sh\nexec ${other} "$@"\n`);
  chmodSync(program, 0o755);
  return bin;
}

export interface Person {
  readonly username: string;
  readonly password: string;
}

/** `registry serve config.yml`, as people start Docker's registry, on a free port of 127.0.0.1. */
export class RegistryProgram implements AsyncDisposable {
  /** Host and port, as in an image's name. */
  readonly address: string;
  readonly #child: ChildProcess;
  readonly #port: number;
  #text = '';

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.#port = port;
    this.address = `127.0.0.1:${port}`;
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (more: string) => {
        this.#text += more;
      });
  }

  /** @param auth lines of the configuration's section `auth`; none: everybody may push */
  static async start(folder: string, auth: readonly string[] = []): Promise<RegistryProgram> {
    const [port = 0] = await freePorts(1);
    mkdirSync(join(folder, 'storage'), { recursive: true });
    const config = join(folder, 'config.yml');
    const lines = [
      'version: 0.1',
      'storage:',
      '  filesystem:',
      `    rootdirectory: ${join(folder, 'storage')}`,
      '  delete:',
      '    enabled: true',
      ...auth,
      'http:',
      `  addr: 127.0.0.1:${port}`,
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    const env = { PATH: `${writeRegistryProgram(folder)}:${process.env['PATH'] ?? ''}` };
    const registry = new RegistryProgram(
      spawnProgram('registry', ['serve', config], { cwd: folder, env }),
      port,
    );
    await waitUntil(`the registry at ${registry.address}`, () => registry.#answers(), 60_000);
    return registry;
  }

  client(who?: Person): RegistryClient {
    return new RegistryClient(() => ({ host: '127.0.0.1', port: this.#port }), who);
  }

  async #answers(): Promise<boolean> {
    if (this.#child.exitCode !== null) throw new Error(`the registry ended: ${this.#text}`);
    const answer = await fetch(`http://${this.address}/v2/`).catch(() => undefined);
    return answer !== undefined && [200, 401].includes(answer.status);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}
