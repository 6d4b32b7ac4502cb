import { randomUUID } from 'node:crypto';
import { idleMs } from './upload.ts';
import type { UploadDeps } from './upload-deps.ts';
import { insertUpload } from './upload-writes.ts';

export interface StartUploadInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly principal: string;
  /** It will be ended by a sha512 digest. */
  readonly sha512?: boolean;
}

/**
 * Returns the upload's id. A 202 promises nothing that a power cut must not undo.
 * @throws AppError STORAGE_FULL
 */
export async function startUpload(
  deps: Pick<UploadDeps, 'db' | 'hashes' | 'requireRoom'>,
  input: StartUploadInput,
): Promise<string> {
  await deps.requireRoom();
  const id = randomUUID();
  const now = await deps.db.now();
  const { projectId, repositoryName, principal } = input;
  const row = { id, projectId, repositoryName, principal, now, expiresAt: now + idleMs };
  await deps.db.transaction((tx) => insertUpload(tx, row), { durability: 'relaxed' });
  if (input.sha512 === true) deps.hashes.announceSha512(id);
  return id;
}
