import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface TagMove {
  readonly id: number;
  readonly at: number;
  /** Null: there was no such tag. */
  readonly previous: string | null;
  /** Null: the tag was deleted. */
  readonly digest: string | null;
  /** `user:1`, `robot:7`, `system`. */
  readonly actor: string;
  readonly address: string;
  readonly client: string;
}

const count = prepare((db, values: { repositoryId: number; name: string }) =>
  db
    .selectFrom('tag_history')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('repository_id', '=', values.repositoryId)
    .where('name', '=', values.name),
);

const page = prepare((db, values: { repositoryId: number; name: string; offset: number; limit: number }) =>
  db
    .selectFrom('tag_history')
    .select(['id', 'at', 'previous_digest as previous', 'digest', 'actor', 'address', 'client'])
    .where('repository_id', '=', values.repositoryId)
    .where('name', '=', values.name)
    .orderBy('id', 'desc')
    .offset(values.offset)
    .limit(values.limit),
);

/** A page of what became of a tag, newest first, and how often it was moved in all. */
export async function pageOfTagHistory(
  db: Queries,
  input: {
    readonly repositoryId: number;
    readonly name: string;
    readonly offset: number;
    readonly limit: number;
  },
): Promise<{ rows: TagMove[]; count: number }> {
  const { repositoryId, name } = input;
  const counted = await db.first(count, { repositoryId, name });
  return { rows: await db.all(page, { ...input }), count: Number(counted?.count ?? 0) };
}

const stoodFor = prepare((db, values: { repositoryId: number; name: string; digest: string }) =>
  db
    .selectFrom('tag_history')
    .select('id')
    .where('repository_id', '=', values.repositoryId)
    .where('name', '=', values.name)
    .where('digest', '=', values.digest)
    .limit(1),
);

/** Whether the tag stood for that digest, as it was pushed, now or before. */
export async function stoodForDigest(
  db: Queries,
  input: { readonly repositoryId: number; readonly name: string; readonly digest: string },
): Promise<boolean> {
  return (await db.first(stoodFor, { ...input })) !== undefined;
}
