import { randomUUID } from 'node:crypto';
import { AppError } from '../../lib/errors.ts';
import { idleMs } from './upload.ts';
import type { UploadDeps } from './upload-deps.ts';
import { hasOpenUploads } from './upload-reads.ts';
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
 * @throws AppError STORAGE_FULL, TOO_MANY_REQUESTS
 */
export async function startUpload(
  deps: Pick<UploadDeps, 'db' | 'hashes' | 'openUploadLimit' | 'requireRoom'>,
  input: StartUploadInput,
): Promise<string> {
  await deps.requireRoom();
  const id = randomUUID();
  const now = await deps.db.now();
  const { projectId, repositoryName, principal } = input;
  const row = { id, projectId, repositoryName, principal, now, expiresAt: now + idleMs };
  await deps.db.transaction(
    async (tx) => {
      // With PostgreSQL those that begin in the same moment do not see each other: a limit of load need not be exact.
      if (await hasOpenUploads(tx, principal, deps.openUploadLimit)) throw tooMany(deps.openUploadLimit);
      await insertUpload(tx, row);
    },
    { durability: 'relaxed' },
  );
  if (input.sha512 === true) deps.hashes.announceSha512(id);
  return id;
}

/** Clients that retry give up within minutes; by then uploads that are going on have ended. */
function tooMany(limit: number): AppError {
  return new AppError('TOO_MANY_REQUESTS', {
    message: `this account has ${limit} unfinished uploads, which is the limit`,
    detail:
      'finish or cancel some; one that nobody goes on with ends a day after its last byte (open_uploads)',
    headers: { 'Retry-After': '30' },
  });
}
