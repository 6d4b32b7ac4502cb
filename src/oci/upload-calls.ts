import { principalText } from '../access/principal.ts';
import { appendUpload } from '../content/uploads/append-upload.ts';
import { cancelUpload } from '../content/uploads/cancel-upload.ts';
import { finishUpload } from '../content/uploads/finish-upload.ts';
import type { UploadOwner } from '../content/uploads/own-upload.ts';
import { startUpload } from '../content/uploads/start-upload.ts';
import { uploadRange } from '../content/uploads/upload.ts';
import { uploadStatus } from '../content/uploads/upload-status.ts';
import { AppError } from '../lib/errors.ts';
import { type ByteRange, parseContentRange } from '../lib/oci/byte-range.ts';
import { requireDigest } from '../lib/oci/digest.ts';
import type { OciCall, OciDeps } from './oci-call.ts';
import { requestBody } from './request-body.ts';
import { sendResponse } from './send-response.ts';

/** distribution-spec, "Pushing blobs", end-4a. A body, which end-4b would bring, is not read: the client goes on with PUT. */
async function start(deps: OciDeps, call: OciCall): Promise<void> {
  const id = await startUpload(deps, {
    projectId: call.projectId,
    repositoryName: call.name.fullName,
    principal: principalText(call.principal),
  });
  sendProgress(call, 202, id, 0);
}

/** end-5: a chunk, or a stream of unknown length. */
async function append(deps: OciDeps, call: OciCall): Promise<void> {
  const offset = await appendUpload(deps, {
    ...ownerOf(call),
    body: requestBody(call.request),
    range: rangeOf(call),
  });
  sendProgress(call, 202, call.target, offset);
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
  await finishUpload(deps, {
    ...ownerOf(call),
    digest,
    body: requestBody(call.request),
    range: rangeOf(call),
    actor: call.actor,
  });
  const location = `/v2/${call.name.clientForm}/blobs/${digest}`;
  sendResponse(call, 201, ['Location', location, 'Docker-Content-Digest', digest, 'Content-Length', '0']);
}

/** end-13 */
async function status(deps: OciDeps, call: OciCall): Promise<void> {
  sendProgress(call, 204, call.target, await uploadStatus(deps, ownerOf(call)));
}

/** end-14 */
async function cancel(deps: OciDeps, call: OciCall): Promise<void> {
  await cancelUpload(deps, ownerOf(call));
  sendResponse(call, 204, []);
}

function ownerOf(call: OciCall): UploadOwner {
  return {
    id: call.target,
    projectId: call.projectId,
    repositoryName: call.name.fullName,
    principal: principalText(call.principal),
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
function sendProgress(call: OciCall, code: number, id: string, offset: number): void {
  const headers = [
    'Location',
    `/v2/${call.name.clientForm}/blobs/uploads/${id}`,
    'Range',
    uploadRange(offset),
    'Docker-Upload-UUID',
    id,
  ];
  sendResponse(call, code, code === 204 ? headers : [...headers, 'Content-Length', '0']);
}

export const uploadCalls = { start, append, finish, status, cancel };
