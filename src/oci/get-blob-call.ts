import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { findLinkedBlob, type LinkedBlob } from '../content/blobs/blob-reads.ts';
import { openBlob } from '../content/blobs/open-blob.ts';
import { keepLink } from '../content/repositories/keep-link.ts';
import { AppError, isDatabaseAway } from '../lib/errors.ts';
import {
  type AskedRanges,
  type ByteRange,
  contentRange,
  multipartRanges,
  parseRanges,
} from '../lib/oci/byte-range.ts';
import { type Digest, requireDigest } from '../lib/oci/digest.ts';
import { entityTagMatches } from '../lib/oci/entity-tag-matches.ts';
import type { PieceSink } from '../platform/blobstore/blob-store.ts';
import { ClientGone } from './client-gone.ts';
import { type OciCall, type OciDeps, trafficOf } from './oci-call.ts';
import { sendResponse, writeHead } from './send-response.ts';

/** Up to this size a blob is sent from memory in one packet. */
const smallBytes = 64 * 1024;

/** distribution-spec, "Pulling blobs", end-2: whole, one range of it, or several. */
export async function getBlobCall(deps: OciDeps, call: OciCall): Promise<void> {
  const digest = requireDigest(call.target);
  const blob = await findBlob(deps, call.name.fullName, digest);
  if (blob === undefined) throw new AppError('BLOB_UNKNOWN');
  const { method, headers } = call.request;
  const known = headers['if-none-match'];
  if (known !== undefined && entityTagMatches(known, digest, 'weak')) {
    sendResponse(call, 304, [...identity(digest), ...cacheable]);
    return;
  }
  if (method === 'HEAD') {
    if (!(await stays(deps, blob))) throw new AppError('BLOB_UNKNOWN');
    sendResponse(call, 200, whole(digest, blob));
  } else await sendRanges(deps, call, { digest, blob, asked: askedRanges(call, digest, blob) });
}

function findBlob(deps: OciDeps, repository: string, digest: Digest): Promise<LinkedBlob | undefined> {
  const ask = (): Promise<LinkedBlob | undefined> => findLinkedBlob(deps.db.reader, repository, digest);
  return deps.recent === undefined
    ? ask()
    : deps.recent.blobs.ask(repository, `${repository}@${digest}`, ask);
}

/** While the database is away the link is not renewed: whoever needs that pushes, and has to wait with that as well. */
async function stays(deps: OciDeps, blob: LinkedBlob): Promise<boolean> {
  try {
    return await keepLink(deps.db, { ...blob, blobId: blob.id }, deps.linkWindowMs);
  } catch (error) {
    if (isDatabaseAway(error)) return true;
    throw error;
  }
}

/** The content of a digest never changes, so `If-Range` only says whether the client means the same digest. */
function askedRanges(call: OciCall, digest: Digest, blob: LinkedBlob): AskedRanges {
  const { range, 'if-range': ifRange } = call.request.headers;
  const counts = typeof ifRange !== 'string' || entityTagMatches(ifRange, digest, 'strong');
  return parseRanges(counts ? range : undefined, blob.sizeBytes);
}

interface Wanted {
  readonly digest: Digest;
  readonly blob: LinkedBlob;
}

async function sendRanges(
  deps: OciDeps,
  call: OciCall,
  what: Wanted & { asked: AskedRanges },
): Promise<void> {
  const { digest, blob, asked } = what;
  switch (asked.kind) {
    case 'whole':
      return sendWhole(deps, call, what);
    case 'one': {
      const { range } = asked;
      const head = [...identity(digest), ...octets(range.end - range.start)];
      head.push('Content-Range', contentRange(range, blob.sizeBytes));
      return sendPieces(deps, call, { blob, status: 206, head, parts: [{ range }] });
    }
    case 'several': {
      const boundary = randomUUID().replaceAll('-', '');
      const { contentType, contentLength, parts, tail } = multipartRanges(
        asked.ranges,
        blob.sizeBytes,
        boundary,
      );
      const head = [
        ...identity(digest),
        'Content-Type',
        contentType,
        'Content-Length',
        String(contentLength),
      ];
      return sendPieces(deps, call, { blob, status: 206, head, parts, tail });
    }
    case 'unsatisfiable':
      throw new AppError('RANGE_INVALID', {
        message: `the blob has ${blob.sizeBytes} bytes`,
        headers: { 'Content-Range': `bytes */${blob.sizeBytes}` },
      });
    case 'too many':
      throw new AppError('BAD_REQUEST', {
        message: 'the request asks for too many ranges at once',
        detail: 'ask for fewer ranges',
      });
  }
}

const cacheable: readonly string[] = ['Cache-Control', 'max-age=31536000'];

function identity(digest: Digest): string[] {
  return ['Docker-Content-Digest', digest, 'ETag', `"${digest}"`, 'Accept-Ranges', 'bytes'];
}

function octets(length: number): string[] {
  return ['Content-Type', 'application/octet-stream', 'Content-Length', String(length)];
}

function whole(digest: Digest, blob: LinkedBlob): string[] {
  return [...identity(digest), ...octets(blob.sizeBytes), ...cacheable];
}

async function sendWhole(deps: OciDeps, call: OciCall, { digest, blob }: Wanted): Promise<void> {
  const head = whole(digest, blob);
  if (blob.sizeBytes <= smallBytes) {
    sendResponse(call, 200, head, await smallBlob(deps, blob));
    deps.pulls.addBytes(trafficOf(call), { pulled: blob.sizeBytes });
    return;
  }
  const range = { start: 0, end: blob.sizeBytes };
  await sendPieces(deps, call, { blob, status: 200, head, parts: [{ range }] });
}

async function smallBlob(deps: OciDeps, blob: LinkedBlob): Promise<Buffer> {
  const cached = deps.smallBlobs.get(blob.digest);
  if (cached !== undefined) return cached;
  const opened = await openBlob(deps, blob);
  const bytes = Buffer.alloc(blob.sizeBytes);
  let length = 0;
  try {
    await opened.send(0, blob.sizeBytes, (piece) => {
      bytes.set(piece, length);
      length += piece.length;
      return Promise.resolve();
    });
  } finally {
    opened.close();
  }
  deps.smallBlobs.set(blob.digest, bytes);
  return bytes;
}

interface Pieces {
  readonly blob: LinkedBlob;
  readonly status: number;
  readonly head: readonly string[];
  readonly parts: readonly { readonly head?: Buffer; readonly range: ByteRange }[];
  readonly tail?: Buffer;
}

async function sendPieces(deps: OciDeps, call: OciCall, what: Pieces): Promise<void> {
  const opened = await openBlob(deps, what.blob);
  let pulled = 0;
  try {
    writeHead(call, what.status, what.head);
    const toClient = sinkOf(call.response);
    const sink: PieceSink = (piece) => {
      pulled += piece.length;
      return toClient(piece);
    };
    for (const { head, range } of what.parts) {
      if (head !== undefined) await sink(head);
      await opened.send(range.start, range.end, sink);
    }
    call.response.end(what.tail);
  } finally {
    // Also of a client that went away: it was sent.
    deps.pulls.addBytes(trafficOf(call), { pulled });
    opened.close();
  }
}

/** A piece is done when the kernel has it. A client that goes away ends the sending at once. */
function sinkOf(response: ServerResponse): PieceSink {
  let fail: ((error: Error) => void) | undefined;
  response.once('close', () => fail?.(new ClientGone()));
  return (piece) =>
    new Promise((resolve, reject) => {
      if (response.destroyed) {
        reject(new ClientGone());
        return;
      }
      fail = reject;
      response.write(piece, (error) => {
        fail = undefined;
        if (error === null || error === undefined) resolve();
        else reject(new ClientGone({ cause: error }));
      });
    });
}
