import type { ByteRange } from '../../lib/oci/byte-range.ts';
import { HeldUpload } from './held-upload.ts';
import { ownUpload, type UploadOwner } from './own-upload.ts';
import { requireChunkSize, requireNextChunk } from './upload.ts';
import type { UploadDeps } from './upload-deps.ts';

export interface AppendInput extends UploadOwner {
  readonly body: AsyncIterable<Uint8Array>;
  /** Where the client believes the chunk belongs; without it the body is appended. */
  readonly range: ByteRange | undefined;
}

/**
 * Appends a body to an upload and returns the offset behind it. When the client goes away in the middle, what it
 * sent stays, so that it can go on from there.
 * @throws AppError BLOB_UPLOAD_UNKNOWN, RANGE_INVALID, SIZE_INVALID
 */
export async function appendUpload(deps: UploadDeps, input: AppendInput): Promise<number> {
  await ownUpload(deps, input);
  const held = await HeldUpload.take(deps, input.id);
  try {
    requireNextChunk(input.range, held);
  } catch (error) {
    await held.giveBack(false);
    throw error;
  }
  return receive(held, input);
}

async function receive(held: HeldUpload, input: AppendInput): Promise<number> {
  let received: number;
  try {
    received = await held.writeAll(input.body);
  } catch (error) {
    await held.giveBack(true);
    throw error;
  }
  try {
    requireChunkSize(input.range, received);
  } catch (error) {
    await held.giveBack(false);
    throw error;
  }
  return held.giveBack(true);
}
