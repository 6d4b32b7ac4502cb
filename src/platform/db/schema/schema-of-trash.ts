import type { Generated } from 'kysely';

/** What was deleted and can be brought back, and what must not come back. */
export interface SchemaOfTrash {
  trash: TrashTable;
  blocked_digest: BlockedDigestTable;
}

export type TrashKind = 'tag' | 'artifact' | 'repository' | 'project';

/** One deletion; what went with it names its row. */
interface TrashTable {
  id: Generated<number>;
  kind: TrashKind;
  /** Of a deleted project; null in all others, whose repository says where it is. */
  project_id: number | null;
  repository_id: number | null;
  tag: string | null;
  digest: string | null;
  /** What its project was relieved of. */
  freed_bytes: number;
  /** JSON: the roles of people in a deleted project. */
  kept: string | null;
  deleted_at: number;
  purge_after: number;
  /** `user:1`, as events name who acts. */
  deleted_by: string;
  /** The job that deleted it among others, where one did. */
  job_id: Generated<number | null>;
}

interface BlockedDigestTable {
  digest: string;
  /** Where it was when it was blocked. */
  object: string;
  blocked_by: string;
  blocked_at: number;
}
