import { appendUpload } from '../content/uploads/append-upload.ts';
import { cancelUpload } from '../content/uploads/cancel-upload.ts';
import { finishUpload } from '../content/uploads/finish-upload.ts';
import type { UploadOwner } from '../content/uploads/own-upload.ts';
import { uploadRange } from '../content/uploads/upload.ts';
import { uploadStatus } from '../content/uploads/upload-status.ts';
import { AppError } from '../lib/errors.ts';
import { type ByteRange, parseContentRange } from '../lib/oci/byte-range.ts';
import { type Digest, requireDigest } from '../lib/oci/digest.ts';
import { requestBody } from '../platform/http/request-body.ts';
import { type OciCall, type OciDeps, trafficOf } from './oci-call.ts';
import { sendResponse } from './send-response.ts';

/** end-5: a chunk, or a stream of unknown length. */
async function append(deps: OciDeps, call: OciCall): Promise<void> {
  const body = countedBody(call);
  const offset = await appendUpload(deps, { ...ownerOf(call), body, range: rangeOf(call) });
  deps.pulls.addBytes(trafficOf(call), { pushed: body.bytes() });
  sendProgress(call, 202, { id: call.target, offset });
}

/** end-6: the last chunk, or none, and the digest of it all. */
async function finish(deps: OciDeps, call: OciCall): Promise<void> {
  const text = call.query.get('digest');
  if (text === null)
    throw new AppError('DIGEST_INVALID', {
      message: 'the query has no digest',
      detail: 'add ?digest=sha256:…',
    });
  const digest = requireDigest(text);
  const body = countedBody(call);
  await finishUpload(deps, {
    ...ownerOf(call),
    digest,
    body,
    range: rangeOf(call),
    actor: call.actor,
  });
  deps.pulls.addBytes(trafficOf(call), { pushed: body.bytes() });
  sendBlobMade(call, digest);
}

/** end-13 */
async function status(deps: OciDeps, call: OciCall): Promise<void> {
  sendProgress(call, 204, { id: call.target, offset: await uploadStatus(deps, ownerOf(call)) });
}

/** end-14 */
async function cancel(deps: OciDeps, call: OciCall): Promise<void> {
  await cancelUpload(deps, ownerOf(call));
  sendResponse(call, 204, []);
}

/** The body, which knows how many bytes of it were taken. */
export function countedBody({ request }: OciCall): AsyncIterable<Uint8Array> & { bytes(): number } {
  let bytes = 0;
  const body = requestBody(request);
  return {
    bytes: () => bytes,
    async *[Symbol.asyncIterator]() {
      for await (const piece of body) {
        bytes += piece.length;
        yield piece;
      }
    },
  };
}

function ownerOf(call: OciCall): UploadOwner {
  return {
    id: call.target,
    projectId: call.project.id,
    repositoryName: call.name.fullName,
    principal: call.actor.principal,
  };
}

function rangeOf(call: OciCall): ByteRange | undefined {
  const header = call.request.headers['content-range'];
  if (header === undefined) return undefined;
  const range = parseContentRange(header);
  if (range !== undefined) return range;
  throw new AppError('BLOB_UPLOAD_INVALID', {
    message: `Content-Range "${header.slice(0, 100)}" is not first-last`,
  });
}

/** All state is in the path of `Location`: some clients drop its query. */
export function sendProgress(
  call: OciCall,
  code: number,
  upload: { id: string; offset: number },
  more: readonly string[] = [],
): void {
  const { id, offset } = upload;
  const location = `/v2/${call.name.clientForm}/blobs/uploads/${id}`;
  const headers = ['Location', location, 'Range', uploadRange(offset), 'Docker-Upload-UUID', id, ...more];
  sendResponse(call, code, code === 204 ? headers : [...headers, 'Content-Length', '0']);
}

/** The repository serves the blob from now on. */
export function sendBlobMade(call: OciCall, digest: Digest): void {
  const location = `/v2/${call.name.clientForm}/blobs/${digest}`;
  sendResponse(call, 201, ['Location', location, 'Docker-Content-Digest', digest, 'Content-Length', '0']);
}

export const uploadCalls = { append, finish, status, cancel };
