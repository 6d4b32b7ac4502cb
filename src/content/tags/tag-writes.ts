import { naturalKey } from '../../lib/text/natural-key.ts';
import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { Actor } from '../../platform/events/append.ts';
import { rulesLock } from './immutable-rule-writes.ts';

const lock = prepare((db, values: { repositoryId: number; name: string }, dialect) => {
  const query = db
    .selectFrom('tag')
    .select(['id', 'digest', 'artifact_id as artifactId'])
    .where('repository_id', '=', values.repositoryId)
    .where('name', '=', values.name)
    .where('deleted_at', 'is', null);
  return dialect === 'postgres' ? query.forUpdate() : query;
});

export function lockTag(tx: Tx, repositoryId: number, name: string) {
  return tx.first(lock, { repositoryId, name });
}

interface NewTag {
  readonly repositoryId: number;
  readonly name: string;
  readonly artifactId: number;
  readonly digest: string;
  readonly now: number;
}

type TagValues = { [K in keyof NewTag]: NewTag[K] } & { readonly order: string };

function liveRow({ repositoryId, name, artifactId, digest, now, order }: TagValues) {
  return {
    repository_id: repositoryId,
    name,
    artifact_id: artifactId,
    digest,
    pushed_at: now,
    deleted_at: null,
    purge_after: null,
    name_order: order,
  };
}

const upsert = prepare((db, values: TagValues) =>
  db
    .insertInto('tag')
    .values(liveRow(values))
    .onConflict((conflict) =>
      conflict
        .columns(['repository_id', 'name'])
        .where('deleted_at', 'is', null)
        .doUpdateSet({ artifact_id: values.artifactId, digest: values.digest, pushed_at: values.now }),
    ),
);

export async function putTag(tx: Tx, input: NewTag): Promise<void> {
  await tx.run(upsert, { ...input, order: naturalKey(input.name) });
}

const insertNew = prepare((db, values: TagValues & { project: string }, dialect) =>
  db
    .insertInto('tag')
    .values(liveRow(values))
    .onConflict((conflict) =>
      conflict.columns(['repository_id', 'name']).where('deleted_at', 'is', null).doNothing(),
    )
    .returning(rulesLock(values.project, dialect).as('held')),
);

/** Behind the new tag the rules of the project are locked, to be read. False: there is one of that name. */
export async function insertTagAndLockRules(
  tx: Tx,
  input: NewTag & { readonly projectId: number },
): Promise<boolean> {
  const { projectId, ...row } = input;
  return (
    (await tx.first(insertNew, { ...row, order: naturalKey(row.name), project: String(projectId) })) !==
    undefined
  );
}

const trashOne = prepare((db, values: { id: number; trashId: number; now: number; purgeAfter: number }) =>
  db
    .updateTable('tag')
    .set({ deleted_at: values.now, purge_after: values.purgeAfter, trash_id: values.trashId })
    .where('id', '=', values.id),
);

export async function trashTag(
  tx: Tx,
  input: { id: number; trashId: number; now: number; purgeAfter: number },
): Promise<void> {
  await tx.run(trashOne, input);
}

type TrashedTags = {
  readonly artifactId: number;
  /** Null: nothing in the trash names them yet. */
  readonly trashId: number | null;
  readonly now: number;
  readonly purgeAfter: number;
};

const trashAll = prepare((db, values: TrashedTags) =>
  db
    .updateTable('tag')
    .set({ deleted_at: values.now, purge_after: values.purgeAfter, trash_id: values.trashId })
    .where('artifact_id', '=', values.artifactId)
    .where('deleted_at', 'is', null)
    .returning(['name', 'digest']),
);

/** Returns the tags that went. */
export function trashTagsOf(tx: Tx, input: TrashedTags) {
  return tx.all(trashAll, { ...input });
}

const history = prepare(
  (
    db,
    values: {
      repositoryId: number;
      name: string;
      digest: string | null;
      previous: string | null;
      actor: string;
      address: string;
      client: string;
      now: number;
    },
  ) =>
    db.insertInto('tag_history').values({
      repository_id: values.repositoryId,
      name: values.name,
      digest: values.digest,
      previous_digest: values.previous,
      actor: values.actor,
      at: values.now,
      address: values.address,
      client: values.client,
    }),
);

export async function addTagHistory(
  tx: Tx,
  input: {
    repositoryId: number;
    name: string;
    digest: string | null;
    previous: string | null;
    actor: Actor;
    now: number;
  },
): Promise<void> {
  const { actor, ...row } = input;
  const { principal, address, client } = actor;
  await tx.run(history, { ...row, actor: principal, address, client });
}
