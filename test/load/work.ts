import { createHash } from 'node:crypto';
import { seededBytes } from '../harness/image.ts';
import type { RegistryClient } from '../harness/registry-client.ts';

const mib = 1024 * 1024;
const filler = seededBytes('filler', mib);

/** A large content that costs its sender no memory: a head that makes it unique and the same MiB again and again. */
export class LargeBlob {
  readonly sizeBytes: number;
  readonly digest: string;
  readonly #head: Buffer;
  readonly #mebibytes: number;

  constructor(seed: string, mebibytes: number) {
    this.#head = seededBytes(seed, 64);
    this.#mebibytes = mebibytes;
    this.sizeBytes = 64 + mebibytes * mib;
    const hash = createHash('sha256').update(this.#head);
    for (let count = 0; count < mebibytes; count++) hash.update(filler);
    this.digest = `sha256:${hash.digest('hex')}`;
  }

  *pieces(): Generator<Buffer> {
    yield this.#head;
    for (let count = 0; count < this.#mebibytes; count++) yield filler;
  }
}

/** Streams without a length, as docker does, then closes the upload. */
export async function pushLarge(client: RegistryClient, repository: string, blob: LargeBlob): Promise<void> {
  const started = await client.call('POST', `/v2/${repository}/blobs/uploads/`);
  const location = String(started.headers.location);
  const streamed = await client.call('PATCH', location, { body: blob.pieces() });
  if (streamed.status !== 202) throw new Error(`PATCH: ${streamed.status} ${streamed.body.toString()}`);
  const closed = await client.call('PUT', `${location}?digest=${blob.digest}`, { body: Buffer.alloc(0) });
  if (closed.status !== 201) throw new Error(`PUT: ${closed.status} ${closed.body.toString()}`);
}

export async function pushSmall(client: RegistryClient, repository: string, bytes: Buffer): Promise<void> {
  const started = await client.call('POST', `/v2/${repository}/blobs/uploads/`);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const closed = await client.call('PUT', `${String(started.headers.location)}?digest=${digest}`, {
    body: bytes,
  });
  if (closed.status !== 201) throw new Error(`PUT: ${closed.status} ${closed.body.toString()}`);
}

/** Reads to the end and keeps nothing. */
export function drain(client: RegistryClient, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = client.begin('GET', path);
    request.on('response', (response) => {
      let bytes = 0;
      response.on('data', (piece: Buffer) => {
        bytes += piece.length;
      });
      response.on('end', () => resolve(bytes));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end();
  });
}

export interface Mix {
  readonly round: string;
  /** Of each of the four large uploads and of the one that is pulled. */
  readonly largeMiB: number;
}

/** 16 clients push 10 small blobs each, 4 push a large one each, 8 pull large ones until the pushes are done. */
export async function runMix(client: RegistryClient, pulled: LargeBlob, mix: Mix): Promise<void> {
  let pushing = true;
  const large = Array.from({ length: 4 }, (_, index) => new LargeBlob(`${mix.round}/${index}`, mix.largeMiB));
  const pushes = [
    ...large.map((blob, index) => pushLarge(client, `library/large${index}`, blob)),
    ...Array.from({ length: 16 }, async (_, index) => {
      for (let count = 0; count < 10; count++) {
        await pushSmall(
          client,
          `library/small${index}`,
          seededBytes(`${mix.round}/${index}/${count}`, 20_000 + count),
        );
      }
    }),
  ];
  const pulls = Array.from({ length: 8 }, async () => {
    while (pushing) {
      const bytes = await drain(client, `/v2/library/pulled/blobs/${pulled.digest}`);
      if (bytes !== pulled.sizeBytes) throw new Error(`pulled ${bytes} of ${pulled.sizeBytes} bytes`);
    }
  });
  await Promise.all(pushes).finally(() => {
    pushing = false;
  });
  await Promise.all(pulls);
}
