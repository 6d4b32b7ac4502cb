import { AppError, isDatabaseAway } from '../../lib/errors.ts';
import type { ByteRange } from '../../lib/oci/byte-range.ts';
import {
  type CanonicalDigest,
  type Digest,
  isCanonical,
  sha256Digest,
  sha512Digest,
} from '../../lib/oci/digest.ts';
import type { StagedPart } from '../../platform/blobstore/blob-store.ts';
import type { Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import type { ContentHex } from '../../platform/threads/hash-pool.ts';
import { linkBlob } from '../blobs/link-blob-step.ts';
import { publishBlob } from '../blobs/publish-blob.ts';
import { ensureRepository } from '../repositories/repository-writes.ts';
import { changeUsage } from '../repositories/usage-writes.ts';
import { HeldUpload } from './held-upload.ts';
import { ownUpload, type UploadOwner } from './own-upload.ts';
import { finishedMs, requireChunkSize, requireNextChunk } from './upload.ts';
import type { UploadDeps } from './upload-deps.ts';
import { finishUploadRow } from './upload-writes.ts';

export interface FinishInput extends UploadOwner {
  /** Of either algorithm. */
  readonly digest: Digest;
  /** The last chunk, or the whole content; may be empty. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly range: ByteRange | undefined;
  readonly actor: Actor;
}

/**
 * Ends an upload: the content is verified, published and linked to the repository. Resolves when all of it is on
 * stable storage. The same request again is answered the same way for a while.
 * @throws AppError BLOB_UPLOAD_UNKNOWN, RANGE_INVALID, SIZE_INVALID, DIGEST_INVALID, QUOTA_EXCEEDED
 */
export async function finishUpload(deps: UploadDeps, input: FinishInput): Promise<void> {
  const upload = await ownUpload(deps, input);
  if (upload.finishedDigest !== null) {
    await answerAgain(deps, upload.finishedDigest, input);
    return;
  }
  const held = await takeUnlessFinished(deps, input);
  if (held === undefined) return;
  await receiveRest(held, input);
  const progress = { publishing: false };
  try {
    await verifyAndPublish(deps, held, input, progress);
    held.end();
  } catch (error) {
    if (isDatabaseAway(error) && mayBeSentAgain(deps, held, progress)) await leaveAsBefore(deps, held);
    // Whatever else went wrong from here on, the staged content is not trusted again: the client begins anew.
    else await held.abandon(progress.publishing);
    throw error;
  }
}

/** What came before this request is still where it was; a whole blob comes again with it. */
function mayBeSentAgain(
  { store }: UploadDeps,
  { upload }: HeldUpload,
  { publishing }: { readonly publishing: boolean },
): boolean {
  return upload.offset === 0 || (store.capabilities.append && !publishing);
}

/** The client sends the same request again, which finds it finished if that was done after all. */
async function leaveAsBefore(deps: UploadDeps, held: HeldUpload): Promise<void> {
  try {
    await held.giveBack(false);
  } catch (error) {
    // Done when the database is back; or it was finished, and there is nothing to give back.
    if (error instanceof AppError) return;
    deps.log.warn({ upload: held.upload.id, error }, 'an upload was not given back');
  }
}

/** Undefined: the same request, sent twice, was finished while this one waited for it. */
async function takeUnlessFinished(deps: UploadDeps, input: FinishInput): Promise<HeldUpload | undefined> {
  try {
    return await HeldUpload.take(deps, input.id, !isCanonical(input.digest));
  } catch (error) {
    const { finishedDigest } = await ownUpload(deps, input);
    if (finishedDigest === null) throw error;
    await answerAgain(deps, finishedDigest, input);
    return undefined;
  }
}

async function answerAgain(deps: UploadDeps, finished: string, input: FinishInput): Promise<void> {
  if (finished !== input.digest) throw new AppError('BLOB_UPLOAD_UNKNOWN');
  for await (const chunk of input.body) void chunk;
  // The row may have been read before its commit was on stable storage.
  await deps.db.transaction(async () => {});
}

/** Until the whole body is here the upload stays as it is and can be gone on with. */
async function receiveRest(held: HeldUpload, input: FinishInput): Promise<void> {
  try {
    requireNextChunk(input.range, held);
  } catch (error) {
    await held.giveBack(false);
    throw error;
  }
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
}

async function verifyAndPublish(
  deps: UploadDeps,
  held: HeldUpload,
  input: FinishInput,
  progress: { publishing: boolean },
): Promise<void> {
  const sizeBytes = held.offset;
  const wantsSha512 = !isCanonical(input.digest);
  const streamed = await held.digestSoFar();
  const whole =
    streamed === undefined || (wantsSha512 && streamed.sha512 === undefined) ? undefined : streamed;
  const early = whole === undefined ? undefined : requireMatch(whole, input.digest);
  const sealed = await held.seal();
  const names =
    early ?? requireMatch(await readAgain(deps, { sealed, sizeBytes, wantsSha512 }), input.digest);
  await publishBlob(deps, {
    uploadId: input.id,
    ...names,
    sizeBytes,
    sealed,
    placing: () => {
      progress.publishing = true;
    },
    lockFirst: (tx, now) =>
      ensureRepository(tx, { projectId: input.projectId, name: input.repositoryName, now }),
    settle: (tx, blob, repository) =>
      link(tx, held, input, { ...blob, digest: names.digest, sizeBytes, repositoryId: repository.id }),
  });
}

/** The rows that make the blob part of the repository and end the upload; usage last, see `changeUsage`. */
async function link(
  tx: Tx,
  held: HeldUpload,
  input: FinishInput,
  blob: { id: number; digest: CanonicalDigest; sizeBytes: number; repositoryId: number; now: number },
): Promise<void> {
  const { sizeBytes, repositoryId, now } = blob;
  const { projectId, repositoryName, actor } = input;
  const charged = await linkBlob(tx, { projectId, repositoryId, blobId: blob.id, sizeBytes, now });
  const ended = await finishUploadRow(tx, {
    id: input.id,
    holder: held.holder,
    digest: input.digest,
    expiresAt: now + finishedMs,
  });
  if (!ended)
    throw new AppError('BLOB_UPLOAD_UNKNOWN', { message: 'this upload was taken over by another request' });
  await append(tx, {
    type: 'blob.pushed',
    at: now,
    actor,
    projectId,
    object: `${repositoryName}@${blob.digest}`,
    data: { size: sizeBytes },
  });
  await changeUsage(tx, projectId, charged);
}

/** What the content is called, both computed from the same bytes. */
interface ContentNames {
  readonly digest: CanonicalDigest;
  readonly alias: Digest | undefined;
}

/** @throws AppError DIGEST_INVALID */
function requireMatch(hex: ContentHex, digest: Digest): ContentNames {
  const names: ContentNames = {
    digest: sha256Digest(hex.sha256),
    alias: hex.sha512 === undefined ? undefined : sha512Digest(hex.sha512),
  };
  const found = isCanonical(digest) ? names.digest : names.alias;
  if (found === digest) return names;
  throw new AppError('DIGEST_INVALID', {
    message: `the content has the digest ${found ?? names.digest}, not ${digest}`,
    detail: 'the upload was ended; push the blob again',
  });
}

/** Another process received a part of it, so nobody's hash covers all; or sha512 was not announced. */
async function readAgain(
  deps: UploadDeps,
  what: { sealed: readonly StagedPart[]; sizeBytes: number; wantsSha512: boolean },
): Promise<ContentHex> {
  const { sealed, sizeBytes, wantsSha512 } = what;
  const opened = await deps.store.openAnew(sealed[0]?.key ?? '');
  if (opened?.sizeBytes !== sizeBytes)
    throw new AppError('STORAGE_UNAVAILABLE', { message: 'staged content is gone' });
  const facts = { bytes: sizeBytes, key: sealed[0]?.key };
  deps.log.info(facts, 'an upload is read once more, since no hash of this process covers all of it');
  const hash = deps.hashes.fresh(wantsSha512);
  try {
    await opened.send(0, sizeBytes, async (piece) => {
      // A copy: the thread takes the memory over, and a Buffer's `slice` would share the reader's.
      await hash.update([new Uint8Array(piece)]);
    });
    return await hash.hex();
  } finally {
    hash.end();
    opened.close();
  }
}
