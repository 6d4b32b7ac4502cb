import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { ownCertificate } from './own-certificate.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface RecordedAnswer {
  readonly status: number;
  readonly body: object;
}

/** An API server of Kubernetes that answers with what was recorded, over HTTPS with a certificate of its own. */
export class RecordedKubernetes implements AsyncDisposable {
  readonly #server: ReturnType<typeof createServer>;
  /** What was asked: path, and who asked. */
  readonly asked: { readonly path: string; readonly authorization: string; readonly subject: string }[] = [];
  readonly certificate: string;
  readonly key: string;
  /** By path with its query; whatever is missing is 404. */
  answers = new Map<string, RecordedAnswer>();

  private constructor(files: { readonly certificate: string; readonly key: string }) {
    this.certificate = readFileSync(files.certificate, 'utf8');
    this.key = readFileSync(files.key, 'utf8');
    const tls = { cert: this.certificate, key: this.key, ca: this.certificate };
    this.#server = createServer(
      { ...tls, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        const path = request.url ?? '';
        const { socket } = request;
        const subject = socket instanceof TLSSocket ? socket.getPeerCertificate().subject?.CN : undefined;
        this.asked.push({
          path,
          authorization: request.headers.authorization ?? '',
          subject: String(subject),
        });
        const { status, body } = this.answers.get(path) ?? {
          status: 404,
          body: { kind: 'Status', message: 'the server could not find the requested resource' },
        };
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      },
    );
  }

  static async start(): Promise<RecordedKubernetes> {
    const made = new RecordedKubernetes(await ownCertificate(temporaryFolder(), 'kubernetes'));
    made.#server.listen(0, '127.0.0.1');
    await once(made.#server, 'listening');
    return made;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A kubeconfig; without `user` it shows a client certificate. */
  kubeconfig({ user, cluster }: { readonly user?: object; readonly cluster?: object } = {}): string {
    const data = (text: string): string => Buffer.from(text).toString('base64');
    const shows = {
      'client-certificate-data': data(this.certificate),
      'client-key-data': data(this.key),
    };
    const trusted = { 'certificate-authority-data': data(this.certificate), server: this.url };
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'prod',
      contexts: [
        { name: 'dev', context: { cluster: 'none', user: 'none' } },
        { name: 'prod', context: { cluster: 'prod', user: 'reader' } },
      ],
      clusters: [{ name: 'prod', cluster: cluster ?? trusted }],
      users: [{ name: 'reader', user: user ?? shows }],
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
