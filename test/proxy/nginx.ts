import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../harness/berth-command.ts';
import { freePorts } from '../harness/free-ports.ts';
import { ownCertificate } from '../harness/own-certificate.ts';
import { RegistryClient, trusting } from '../harness/registry-client.ts';
import { requireProgram, runProgram, spawnProgram } from '../harness/run-program.ts';
import { password } from '../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';

const shipped = join(root, 'deploy', 'nginx');
const program = '/usr/sbin/nginx';
export const name = 'registry.example';
const whereBodiesWouldLie = ['body', 'proxy'];

export interface Access {
  readonly status: number;
  /** What each instance that was tried said; 502 where the connection failed. */
  readonly tries: readonly string[];
  /** How many bytes each of them was sent. */
  readonly sent: readonly number[];
  readonly method: string;
  readonly protocol: string;
  readonly path: string;
}

/**
 * Debian's nginx with the shipped `berth.conf` as it is; only the three files that are there to be edited say other
 * addresses, ports and certificates.
 */
export class Nginx implements AsyncDisposable {
  readonly folder = temporaryFolder();
  readonly port: number;
  readonly plainPort: number;
  readonly #clients: RegistryClient[] = [];
  #child: ChildProcess | undefined;

  private constructor(port: number, plainPort: number) {
    this.port = port;
    this.plainPort = plainPort;
  }

  /** @param instances ports of 127.0.0.1 */
  static async start(instances: readonly number[]): Promise<Nginx> {
    requireProgram(program, 'nginx', '-v');
    const [port = 0, plainPort = 0] = await freePorts(2);
    const nginx = new Nginx(port, plainPort);
    await nginx.#start(instances);
    return nginx;
  }

  /** File of the certificate, which is its own authority. */
  get ca(): string {
    return join(this.folder, 'registry.crt');
  }

  /** A client signed in as the administrator; null: as nobody. */
  client(
    who: { username: string; password: string } | null = { username: 'admin', password },
  ): RegistryClient {
    const to = (): { host: string; port: number } => ({ host: '127.0.0.1', port: this.port });
    const client = new RegistryClient(to, who ?? undefined, trusting(readFileSync(this.ca, 'utf8')));
    this.#clients.push(client);
    return client;
  }

  /** Everything that nginx has put on its disk instead of passing it on. */
  buffered(): string[] {
    return whereBodiesWouldLie.flatMap((folder) =>
      readdirSync(join(this.folder, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    );
  }

  /** Of its own log, which has a line for each request. */
  get accesses(): Access[] {
    return readFileSync(join(this.folder, 'access.log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => {
        const [status = '', upstream = '', sent = '', method = '', protocol = '', path = ''] =
          line.split('|');
        const tries = upstream === '-' ? [] : upstream.split(/, | : /);
        return {
          status: Number(status),
          tries,
          sent: sent.split(/, | : /).map(Number),
          method,
          protocol,
          path,
        };
      });
  }

  async #start(instances: readonly number[]): Promise<void> {
    const { certificate, key } = await ownCertificate(this.folder, name);
    this.#write('nginx.conf', mainFile(this.folder));
    mkdirSync(join(this.folder, 'conf.d'));
    cpSync(join(shipped, 'berth.conf'), join(this.folder, 'conf.d', 'berth.conf'));
    cpSync(join(shipped, 'berth'), join(this.folder, 'berth'), { recursive: true });
    this.#write('berth/upstream.conf', withPorts(this.#read('berth/upstream.conf'), instances));
    const https = [`listen 127.0.0.1:${this.port} ssl http2;`, `server_name ${name};`];
    const files = [`ssl_certificate ${certificate};`, `ssl_certificate_key ${key};`];
    this.#write('berth/https.conf', [...https, ...files].join('\n'));
    this.#write('berth/http.conf', `listen 127.0.0.1:${this.plainPort};\nserver_name ${name};\n`);
    chmodSync(this.folder, 0o777);
    const args = ['-p', this.folder, '-c', join(this.folder, 'nginx.conf')];
    const checked = await runProgram(program, ['-t', ...args], { cwd: this.folder });
    assert.equal(checked.code, 0, checked.text);
    assert.doesNotMatch(checked.text, /warn/, 'nginx warns of the shipped file');
    this.#child = spawnProgram(program, args, { cwd: this.folder });
    const client = this.client(null);
    await waitUntil(
      'nginx to answer',
      () =>
        client.get('/livez').then(
          ({ status }) => status === 200,
          () => false,
        ),
      60_000,
    );
  }

  #read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  #write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    if (this.#child !== undefined) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await ended;
    }
    removeFolder(this.folder);
  }
}

/** The shipped lines, with other ports in their order. */
function withPorts(lines: string, instances: readonly number[]): string {
  assert.equal(instances.length, 3);
  return lines.replaceAll(
    /127\.0\.0\.1:500([123])/g,
    (_, digit: string) => `127.0.0.1:${instances[Number(digit) - 1]}`,
  );
}

/** As Debian's, in a folder of its own. */
function mainFile(folder: string): string {
  const temporary = ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind === 'body' ? 'client_body' : kind}_temp_path ${join(folder, kind)};`,
  );
  return `daemon off;
user www-data;
worker_processes 2;
pid ${join(folder, 'nginx.pid')};
error_log ${join(folder, 'error.log')} warn;
events { worker_connections 768; }
http {
  sendfile on;
  tcp_nopush on;
  gzip on;
  default_type application/octet-stream;
  log_format test '$status|$upstream_status|$upstream_bytes_sent|$request_method|$server_protocol|$request_uri';
  access_log ${join(folder, 'access.log')} test;
${temporary.join('\n')}
  include conf.d/*.conf;
}
`;
}
