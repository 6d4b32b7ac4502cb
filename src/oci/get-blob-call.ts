import type { ServerResponse } from 'node:http';
import { findLinkedBlob, type LinkedBlob } from '../content/blobs/blob-reads.ts';
import { openBlob } from '../content/blobs/open-blob.ts';
import { AppError } from '../lib/errors.ts';
import { type ByteRange, parseByteRange } from '../lib/oci/byte-range.ts';
import { type Digest, requireDigest } from '../lib/oci/digest.ts';
import type { PieceSink } from '../platform/blobstore/blob-store.ts';
import { ClientGone } from './client-gone.ts';
import type { OciCall, OciDeps } from './oci-call.ts';
import { sendResponse, writeHead } from './send-response.ts';

/** Up to this size a blob is sent from memory in one packet. */
const smallBytes = 64 * 1024;

/** distribution-spec, "Pulling blobs", end-2, with a single range. */
export async function getBlobCall(deps: OciDeps, call: OciCall): Promise<void> {
  const digest = requireDigest(call.target);
  const blob = await findLinkedBlob(deps.db.reader, call.name.fullName, digest);
  if (blob === undefined) throw new AppError('BLOB_UNKNOWN');
  const common = ['Docker-Content-Digest', digest, 'ETag', `"${digest}"`, 'Accept-Ranges', 'bytes'];
  if (call.request.method === 'HEAD') {
    sendResponse(call, 200, whole(common, blob));
    return;
  }
  const range = parseByteRange(call.request.headers.range, blob.sizeBytes);
  if (range === 'unsatisfiable') throw unsatisfiable(blob);
  if (range !== undefined) {
    const head = partial(common, blob, range);
    await sendRange(deps, call, { digest, blob, range, status: 206, head });
  } else if (blob.sizeBytes <= smallBytes) {
    sendResponse(call, 200, whole(common, blob), await smallBlob(deps, blob));
  } else {
    const all = { start: 0, end: blob.sizeBytes };
    await sendRange(deps, call, { digest, blob, range: all, status: 200, head: whole(common, blob) });
  }
}

function whole(common: readonly string[], blob: LinkedBlob): string[] {
  return [
    ...common,
    'Content-Type',
    'application/octet-stream',
    'Content-Length',
    String(blob.sizeBytes),
    'Cache-Control',
    'max-age=31536000',
  ];
}

function partial(common: readonly string[], blob: LinkedBlob, range: ByteRange): string[] {
  return [
    ...common,
    'Content-Type',
    'application/octet-stream',
    'Content-Length',
    String(range.end - range.start),
    'Content-Range',
    `bytes ${range.start}-${range.end - 1}/${blob.sizeBytes}`,
  ];
}

function unsatisfiable(blob: LinkedBlob): AppError {
  return new AppError('RANGE_INVALID', {
    message: `the blob has ${blob.sizeBytes} bytes`,
    headers: { 'Content-Range': `bytes */${blob.sizeBytes}` },
  });
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

async function sendRange(
  deps: OciDeps,
  call: OciCall,
  what: { digest: Digest; blob: LinkedBlob; range: ByteRange; status: number; head: readonly string[] },
): Promise<void> {
  const opened = await openBlob(deps, what.blob);
  try {
    writeHead(call, what.status, what.head);
    await opened.send(what.range.start, what.range.end, sinkOf(call.response));
    call.response.end();
  } finally {
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
