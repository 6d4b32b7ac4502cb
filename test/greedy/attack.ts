// What one greedy client does, as a process of its own at the lowest priority, so that it takes the server's time and not
// that of the client which is measured. Says `begun`, `reached` when it has done as much as it is to do at least, and how it
// was answered when its input ends.

import { createHash } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setPriority } from 'node:os';

/** Which attack, the server's port, the local address that it comes from, `Authorization`, a repository, a blob of it. */
const [kind = '', portText = '', localAddress = '', authorization = '', repository = '', digest = ''] =
  process.argv.slice(2);
const port = Number(portText);
const statuses: Record<string, number> = {};
const agent = new Agent({ keepAlive: true, maxSockets: 64, localAddress });
const sockets: Socket[] = [];
let ending = false;
let count = 0;
/** How often it has done what it does; connections are counted when they are there, requests when they are answered. */
let done = 0;

/** What one round has to reach at least; five rounds make ten thousand wrong passwords. */
const targets: Readonly<Record<string, number>> = {
  'idle connections': 2000,
  'open uploads': 500,
  'wrong passwords': 2000,
};
const target = targets[kind] ?? 0;

function note(status: number | string): void {
  statuses[status] = (statuses[status] ?? 0) + 1;
  if (kind !== 'idle connections') step();
}

function step(): void {
  done += 1;
  if (done === target) process.stdout.write('reached\n');
}

interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function ask({ method, path, body = '', headers = {} }: Ask): Promise<IncomingMessage | undefined> {
  return new Promise((resolve) => {
    const length = { 'Content-Length': String(Buffer.byteLength(body)) };
    const all = { Authorization: authorization, ...length, ...headers };
    const started = request({ host: '127.0.0.1', port, localAddress, agent, method, path, headers: all });
    started.once('response', (answer) => {
      answer.resume().once('close', () => resolve(answer));
      note(answer.statusCode ?? 0);
    });
    started.once('error', () => {
      if (!ending) note('broken');
      resolve(undefined);
    });
    started.end(body);
  });
}

/** So many at the same time, each again and again. */
async function flood(width: number, once: () => Promise<unknown>): Promise<void> {
  const worker = async (): Promise<void> => {
    while (!ending) await once();
  };
  await Promise.all(Array.from({ length: width }, worker));
}

function open(text: string): Socket {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  socket.on('error', () => socket.destroy());
  if (kind === 'idle connections') socket.once('connect', step);
  socket.on('data', (piece: Buffer) =>
    note(/^HTTP\/1\.1 (\d+)/.exec(piece.toString('latin1'))?.[1] ?? 'data'),
  );
  socket.write(text, 'latin1');
  sockets.push(socket);
  return socket;
}

/** A part of a request a second, of which there is no end. */
function dribble(head: string, width: number): Promise<void> {
  for (let at = 0; at < width; at++) open(head);
  const timer = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('a');
  }, 1000);
  return untilTheEnd().then(() => clearInterval(timer));
}

const end = Promise.withResolvers<void>();
const untilTheEnd = (): Promise<void> => end.promise;
const upload = `/v2/${repository}/blobs/uploads/`;
const authorized = `Host: a\r\nAuthorization: ${authorization}\r\n`;

function uniqueBlob(): { readonly bytes: string; readonly path: string } {
  count += 1;
  const bytes = `${process.pid} ${count}`;
  return { bytes, path: `${upload}?digest=sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

function uniqueManifest(): string {
  count += 1;
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  return JSON.stringify({
    schemaVersion: 2,
    mediaType,
    manifests: [],
    annotations: { of: `${process.pid} ${count}` },
  });
}

const attacks: Readonly<Record<string, () => Promise<unknown>>> = {
  nothing: untilTheEnd,
  'slow headers': () => dribble(`GET /v2/ HTTP/1.1\r\n${authorized}X-Slow: `, 500),
  'slow bodies': () =>
    dribble(`POST ${upload}?digest=${digest} HTTP/1.1\r\n${authorized}Content-Length: 1000000\r\n\r\n`, 200),
  'readers that stop': () => {
    for (let at = 0; at < 200; at++)
      open(`GET /v2/${repository}/blobs/${digest} HTTP/1.1\r\n${authorized}\r\n`).pause();
    return untilTheEnd();
  },
  'idle connections': () => {
    for (let at = 0; at < 2000; at++) open('');
    return untilTheEnd();
  },
  'open uploads': () => {
    let left = 500;
    return flood(8, () => {
      left -= 1;
      return left < 0 ? untilTheEnd() : ask({ method: 'POST', path: upload });
    });
  },
  'small uploads': () =>
    flood(64, () => {
      const { bytes, path } = uniqueBlob();
      return ask({ method: 'POST', path, body: bytes });
    }),
  manifests: () =>
    flood(64, () => {
      const headers = { 'Content-Type': 'application/vnd.oci.image.index.v1+json' };
      return ask({
        method: 'PUT',
        path: `/v2/${repository}/manifests/v${count % 50}`,
        body: uniqueManifest(),
        headers,
      });
    }),
  requests: () => flood(64, () => ask({ method: 'GET', path: `/v2/${repository}/tags/list` })),
  'wrong passwords': async () => {
    let left = target;
    const one = (): Promise<unknown> => {
      left -= 1;
      if (left < 0) return untilTheEnd();
      // Most of them at one account, one in fifty at accounts that are not there: each of those costs a whole verification.
      const name = left % 50 === 0 ? `nobody${process.pid}-${left}` : 'greedy';
      const basic = `Basic ${Buffer.from(`${name}:wrong${left}`).toString('base64')}`;
      return ask({ method: 'GET', path: '/v2/', headers: { Authorization: basic } });
    };
    await flood(32, one);
  },
};

setPriority(19);
process.stdin.resume().once('end', () => {
  ending = true;
  end.resolve();
  for (const socket of sockets) socket.destroy();
  agent.destroy();
});
process.stdout.write(target === 0 ? 'begun\nreached\n' : 'begun\n');
await attacks[kind]?.();
process.stdout.write(`${JSON.stringify(statuses)}\n`);
process.exit(0);
