import { principalNames } from '../../../access/names/principal-name-reads.ts';
import { findUpload, type OpenUpload, openUploads } from '../../../content/uploads/upload-reads.ts';
import type { Database } from '../../../platform/db/database.ts';
import { apiTime } from '../../../platform/http/api/api-time.ts';
import { streamText } from './stream-text.ts';

/** More than these are not looked at one by one: the oldest count. */
const mostUploads = 500;

/** An upload as it is now, and its text, which is the same for everybody who may see it. */
export interface UploadNow {
  readonly id: string;
  readonly projectId: number;
  readonly isOver: boolean;
  readonly text: string;
}

/** Content on its way in, on all instances: the rows of `upload`, which have no history. */
export class UploadsUnderWay {
  readonly #db: Database;
  readonly #prefix: () => string;
  #known = new Map<string, OpenUpload>();

  constructor(db: Database, prefix: () => string) {
    this.#db = db;
    this.#prefix = prefix;
  }

  /** Those that are open, and those that have ended since the look before. */
  async look(): Promise<readonly UploadNow[]> {
    const { reader } = this.#db;
    const open = await openUploads(reader, mostUploads);
    const now = new Map(open.map((upload) => [upload.id, upload]));
    const gone = this.#known
      .values()
      .filter(({ id }) => !now.has(id))
      .toArray();
    this.#known = now;
    const principals = [...open, ...gone].map(({ principal }) => principal);
    const names = await principalNames(reader, principals, this.#prefix());
    const told: UploadNow[] = [];
    for (const upload of open) told.push(tell(upload, 'open', names));
    for (const upload of gone) {
      const left = await findUpload(reader, upload.id);
      // Beyond those that are looked at, it may go on.
      if (left !== undefined && left.finishedDigest === null) continue;
      const size = left?.offset ?? upload.offset;
      const digest = left?.finishedDigest ?? undefined;
      told.push(
        tell({ ...upload, offset: size }, digest === undefined ? 'aborted' : 'finished', names, digest),
      );
    }
    return told;
  }

  forget(): void {
    this.#known.clear();
  }
}

function tell(
  { id, projectId, repositoryName, principal, offset, createdAt }: OpenUpload,
  status: 'open' | 'finished' | 'aborted',
  names: ReadonlyMap<string, string>,
  digest?: string,
): UploadNow {
  const data = {
    id,
    project_id: projectId,
    repository: repositoryName,
    username: names.get(principal) ?? principal,
    status,
    bytes: offset,
    ...(digest === undefined ? {} : { digest }),
    creation_time: apiTime(createdAt),
  };
  return { id, projectId, isOver: status !== 'open', text: streamText('upload', data) };
}
