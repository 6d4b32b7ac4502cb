import assert from 'node:assert/strict';
import {
  Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
} from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { digestOf, type Image, type Manifest } from './image.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Call {
  readonly headers?: Readonly<Record<string, string>>;
  /** A buffer is sent with its length, an iterable in HTTP chunks without one. */
  readonly body?: Buffer | string | AsyncIterable<Buffer> | Iterable<Buffer>;
  /** Cuts the connection. */
  readonly signal?: AbortSignal;
}

export type PushWay = 'monolithic' | 'streamed' | 'chunked';

export interface OciError {
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
}

/** Who trusts a certificate, for a registry that speaks TLS. */
export function trusting(ca: string): Agent {
  return new TlsAgent({ keepAlive: true, maxSockets: 16, ca });
}

/** Speaks HTTP to a registry, without any cleverness of its own: what arrives is what is returned. */
export class RegistryClient {
  readonly #origin: () => { host: string; port: number };
  readonly #authorization: string | undefined;
  readonly #agent: Agent;

  /** @param agent an agent of TLS where TLS is spoken */
  constructor(
    origin: () => { host: string; port: number },
    who?: { readonly username: string; readonly password: string },
    agent = new Agent({ keepAlive: true, maxSockets: 16 }),
  ) {
    this.#origin = origin;
    this.#agent = agent;
    const encoded =
      who === undefined ? '' : Buffer.from(`${who.username}:${who.password}`).toString('base64');
    this.#authorization = who === undefined ? undefined : `Basic ${encoded}`;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Connections that wait for a next request. */
  closeIdle(): void {
    for (const sockets of Object.values(this.#agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  }

  /** The request before its body was sent, for what a helper cannot do. */
  begin(method: string, path: string, headers: Readonly<Record<string, string>> = {}): ClientRequest {
    const auth = this.#authorization === undefined ? {} : { Authorization: this.#authorization };
    const all = { ...auth, ...headers };
    const send = this.#agent instanceof TlsAgent ? tlsRequest : request;
    return send({ ...this.#origin(), agent: this.#agent, method, path, headers: all });
  }

  async call(method: string, path: string, { headers = {}, body, signal }: Call = {}): Promise<Answer> {
    const whole = typeof body === 'string' ? Buffer.from(body) : body;
    const length: Record<string, string> = Buffer.isBuffer(whole)
      ? { 'Content-Length': `${whole.length}` }
      : {};
    const started = this.begin(method, path, { ...length, ...headers });
    signal?.addEventListener('abort', () => started.destroy(new Error('aborted by the test')));
    const answered = answerTo(started);
    if (whole === undefined || Buffer.isBuffer(whole)) started.end(whole);
    else void send(started, whole);
    return answered;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.call('GET', path, { headers });
  }

  head(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.call('HEAD', path, { headers });
  }

  delete(path: string): Promise<Answer> {
    return this.call('DELETE', path);
  }

  /** Returns the location of the new upload. */
  async startUpload(repository: string): Promise<string> {
    const answer = await this.call('POST', `/v2/${repository}/blobs/uploads/`, { body: '' });
    expectStatus(answer, 202);
    return locationOf(answer);
  }

  patch(
    location: string,
    body: Call['body'] = '',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const type = { 'Content-Type': 'application/octet-stream' };
    return this.call('PATCH', location, { headers: { ...type, ...headers }, body });
  }

  finishUpload(
    location: string,
    digest: string,
    body: Call['body'] = '',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const type = { 'Content-Type': 'application/octet-stream' };
    return this.call('PUT', `${location}?digest=${digest}`, { headers: { ...type, ...headers }, body });
  }

  /** Returns the digest. */
  async pushBlob(repository: string, bytes: Buffer, way: PushWay = 'monolithic'): Promise<string> {
    const digest = digestOf(bytes);
    const location = await this.startUpload(repository);
    expectStatus(await this.#send(location, bytes, digest, way), 201);
    return digest;
  }

  async #send(start: string, bytes: Buffer, digest: string, way: PushWay): Promise<Answer> {
    if (way === 'monolithic') return this.finishUpload(start, digest, bytes);
    if (way === 'streamed') {
      const answer = await this.patch(start, piecesOf(bytes, 64 * 1024));
      expectStatus(answer, 202);
      return this.finishUpload(locationOf(answer), digest);
    }
    let location = start;
    let offset = 0;
    for (const piece of piecesOf(bytes, Math.max(1, Math.ceil(bytes.length / 3)))) {
      const range = { 'Content-Range': `${offset}-${offset + piece.length - 1}` };
      const answer = await this.patch(location, piece, range);
      expectStatus(answer, 202);
      location = locationOf(answer);
      offset += piece.length;
    }
    return this.finishUpload(location, digest);
  }

  putManifest(repository: string, reference: string, manifest: Manifest): Promise<Answer> {
    const headers = { 'Content-Type': manifest.mediaType };
    return this.call('PUT', `/v2/${repository}/manifests/${reference}`, { headers, body: manifest.bytes });
  }

  async pushManifest(repository: string, reference: string, manifest: Manifest): Promise<void> {
    const answer = await this.putManifest(repository, reference, manifest);
    expectStatus(answer, 201);
    assert.equal(answer.headers['docker-content-digest'], manifest.digest);
  }

  async pushImage(
    repository: string,
    reference: string,
    image: Image,
    way: PushWay = 'monolithic',
  ): Promise<void> {
    for (const blob of [...image.layers, image.config]) await this.pushBlob(repository, blob, way);
    await this.pushManifest(repository, reference, image.manifest);
  }

  /** Pulls everything and compares every byte with what the image should be. */
  async pullImage(repository: string, reference: string, image: Image): Promise<void> {
    const manifest = await this.get(`/v2/${repository}/manifests/${reference}`);
    expectStatus(manifest, 200);
    assert.equal(manifest.headers['content-type'], image.manifest.mediaType);
    assert.equal(manifest.headers['docker-content-digest'], image.manifest.digest);
    assert.ok(manifest.body.equals(image.manifest.bytes), `${reference}: other bytes than were pushed`);
    for (const blob of [image.config, ...image.layers]) await this.pullBlob(repository, blob);
  }

  async pullBlob(repository: string, bytes: Buffer): Promise<void> {
    const digest = digestOf(bytes);
    const answer = await this.get(`/v2/${repository}/blobs/${digest}`);
    expectStatus(answer, 200);
    assert.equal(answer.headers['docker-content-digest'], digest);
    assert.ok(answer.body.equals(bytes), `${digest}: other bytes than were pushed`);
  }

  async tags(repository: string, query = ''): Promise<string[]> {
    const answer = await this.get(`/v2/${repository}/tags/list${query}`);
    expectStatus(answer, 200);
    return (JSON.parse(answer.body.toString()) as { tags: string[] }).tags;
  }
}

export function expectStatus(answer: Answer, status: number): void {
  if (answer.status === status) return;
  assert.fail(`${answer.status} instead of ${status}: ${answer.body.toString().slice(0, 500)}`);
}

/** The refusal in the form of distribution-spec, "Error Codes", with the request's id in header and body. */
export function expectError(answer: Answer, status: number, code: string): OciError {
  expectStatus(answer, status);
  assert.match(String(answer.headers['content-type']), /^application\/json/);
  assert.equal(Number(answer.headers['content-length']), answer.body.length);
  const body = JSON.parse(answer.body.toString()) as { errors: OciError[]; requestId: string };
  assert.equal(body.requestId, answer.headers['x-request-id']);
  assert.ok(body.requestId.length > 0);
  assert.equal(body.errors.length, 1);
  const [error] = body.errors;
  assert.ok(error !== undefined);
  assert.equal(error.code, code);
  assert.equal(typeof error.message, 'string');
  assert.ok(error.detail === undefined || typeof error.detail === 'string');
  return error;
}

export function locationOf(answer: Answer): string {
  const { location } = answer.headers;
  assert.ok(location !== undefined, 'the answer has no Location');
  return location;
}

/** What comes back on a request; the body that is still being sent may find the connection closed. */
export function answerTo(started: ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let answered = false;
    started.once('response', (response: IncomingMessage) => {
      answered = true;
      collect(response).then(resolve, reject);
    });
    started.on('error', (error) => {
      if (!answered) reject(error);
    });
  });
}

async function collect(response: IncomingMessage): Promise<Answer> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) };
}

async function send(started: ClientRequest, body: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
  for await (const piece of body) {
    if (started.destroyed || started.writableEnded) return;
    if (!started.write(piece)) await drained(started);
  }
  started.end();
}

/** Or closed: then the next look at the request ends the sending. */
function drained(started: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      started.off('drain', done).off('close', done);
      resolve();
    };
    started.once('drain', done).once('close', done);
  });
}

export function* piecesOf(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
