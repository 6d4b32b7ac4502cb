import { randomUUID } from 'node:crypto';
import { idleMs } from './upload.ts';
import type { UploadDeps } from './upload-deps.ts';
import { insertUpload } from './upload-writes.ts';

export interface StartUploadInput {
  readonly projectId: number;
  readonly repositoryName: string;
  readonly principal: string;
}

/** Returns the upload's id. A 202 promises nothing that a power cut must not undo. */
export async function startUpload(deps: Pick<UploadDeps, 'db'>, input: StartUploadInput): Promise<string> {
  const id = randomUUID();
  const now = await deps.db.now();
  await deps.db.transaction((tx) => insertUpload(tx, { ...input, id, now, expiresAt: now + idleMs }), {
    durability: 'relaxed',
  });
  return id;
}
