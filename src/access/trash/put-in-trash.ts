import { trashMs } from '../../lib/trash-ms.ts';
import type { Tx } from '../../platform/db/database.ts';
import type { TrashKind } from '../../platform/db/schema/schema-of-trash.ts';
import type { Actor } from '../../platform/events/append.ts';
import { growFreed, insertTrashRow } from './trash-row-writes.ts';

export interface NewTrash {
  readonly kind: TrashKind;
  /** Of a project only. */
  readonly projectId?: number;
  readonly repositoryId?: number;
  readonly tag?: string;
  readonly digest?: string;
  readonly kept?: string;
  readonly actor: Pick<Actor, 'principal' | 'job'>;
  readonly now: number;
}

/** One thing in the trash, which is brought back as a whole; the rows that go with it get its id. */
export function putInTrash(tx: Tx, input: NewTrash): Promise<number> {
  const { actor, now, kind } = input;
  return insertTrashRow(tx, {
    kind,
    projectId: input.projectId ?? null,
    repositoryId: input.repositoryId ?? null,
    tag: input.tag ?? null,
    digest: input.digest ?? null,
    kept: input.kept ?? null,
    now,
    purgeAfter: now + trashMs,
    deletedBy: actor.principal,
    jobId: actor.job ?? null,
  });
}

/** The project is charged so much less since it is in the trash. */
export async function addFreed(tx: Tx, id: number, bytes: number): Promise<void> {
  if (bytes > 0) await growFreed(tx, id, bytes);
}
