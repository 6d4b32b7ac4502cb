import { uploadRange } from '../content/uploads/upload.ts';
import type { Digest } from '../lib/oci/digest.ts';
import type { OciCall } from './oci-call.ts';
import { sendResponse } from './send-response.ts';

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
