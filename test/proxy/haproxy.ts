import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../harness/berth-command.ts';
import { freePorts } from '../harness/free-ports.ts';
import { ownCertificate } from '../harness/own-certificate.ts';
import { RegistryClient, trusting } from '../harness/registry-client.ts';
import { requireProgram, runProgram, spawnProgram } from '../harness/run-program.ts';
import { password } from '../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { name } from './nginx.ts';

const program = '/usr/sbin/haproxy';

/** Debian's HAProxy with the shipped `haproxy.cfg`, in which only addresses and the certificate's path differ. */
export class Haproxy implements AsyncDisposable {
  readonly folder = temporaryFolder();
  readonly port: number;
  readonly plainPort: number;
  #client: RegistryClient | undefined;
  #child: ChildProcess | undefined;

  private constructor(port: number, plainPort: number) {
    this.port = port;
    this.plainPort = plainPort;
  }

  /** @param instances ports of 127.0.0.1 */
  static async start(instances: readonly number[]): Promise<Haproxy> {
    requireProgram(program, 'haproxy', '-v');
    const [port = 0, plainPort = 0] = await freePorts(2);
    const haproxy = new Haproxy(port, plainPort);
    await haproxy.#start(instances);
    return haproxy;
  }

  /** File of the certificate, which is its own authority. */
  get ca(): string {
    return join(this.folder, 'registry.crt');
  }

  /** Signed in as the administrator. */
  get client(): RegistryClient {
    const to = (): { host: string; port: number } => ({ host: '127.0.0.1', port: this.port });
    this.#client ??= new RegistryClient(
      to,
      { username: 'admin', password },
      trusting(readFileSync(this.ca, 'utf8')),
    );
    return this.#client;
  }

  async #start(instances: readonly number[]): Promise<void> {
    const { certificate, key } = await ownCertificate(this.folder, name);
    const both = join(this.folder, 'registry.pem');
    writeFileSync(both, readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8'), { mode: 0o600 });
    const changes: readonly (readonly [from: string, to: string])[] = [
      ['bind :80\n', `bind 127.0.0.1:${this.plainPort}\n`],
      ['bind :443 ', `bind 127.0.0.1:${this.port} `],
      ['/etc/haproxy/registry.pem', both],
      ...instances.map((port, index) => [` 127.0.0.1:500${index + 1}\n`, ` 127.0.0.1:${port}\n`] as const),
    ];
    const file = join(this.folder, 'haproxy.cfg');
    let text = readFileSync(join(root, 'deploy', 'haproxy', 'haproxy.cfg'), 'utf8');
    for (const [from, to] of changes) {
      assert.equal(text.split(from).length, 2, `the shipped file has not exactly one "${from.trim()}"`);
      text = text.replace(from, to);
    }
    writeFileSync(file, text);
    const checked = await runProgram(program, ['-c', '-f', file], { cwd: this.folder });
    assert.equal(checked.code, 0, checked.text);
    assert.doesNotMatch(checked.text, /WARNING/);
    this.#child = spawnProgram(program, ['-db', '-f', file], { cwd: this.folder });
    const ready = (): Promise<boolean> =>
      this.client.get('/readyz').then(
        ({ status }) => status === 200,
        () => false,
      );
    await waitUntil('HAProxy to answer', ready, 60_000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client?.close();
    if (this.#child !== undefined) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await ended;
    }
    removeFolder(this.folder);
  }
}
