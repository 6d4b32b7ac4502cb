import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { findUpload, type Upload } from './upload-reads.ts';

/** An upload belongs to a repository of one project and to whoever began it; for all others it does not exist. */
export interface UploadOwner {
  readonly id: string;
  /** A project that was made anew under the same name does not go on with the old one's uploads. */
  readonly projectId: number;
  readonly repositoryName: string;
  readonly principal: string;
}

/** What `randomUUID` makes. */
const idGrammar = /^[0-9a-f-]{36}$/;

/** @throws AppError BLOB_UPLOAD_UNKNOWN */
export async function ownUpload(deps: { readonly db: Database }, owner: UploadOwner): Promise<Upload> {
  if (!idGrammar.test(owner.id)) throw new AppError('BLOB_UPLOAD_UNKNOWN');
  const upload = await findUpload(deps.db.reader, owner.id);
  if (
    upload === undefined ||
    upload.projectId !== owner.projectId ||
    upload.repositoryName !== owner.repositoryName ||
    upload.principal !== owner.principal
  ) {
    throw new AppError('BLOB_UPLOAD_UNKNOWN');
  }
  return upload;
}
