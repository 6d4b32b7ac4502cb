import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export type HolderKind = 'user' | 'group' | 'robot';

export interface ProtectionRow {
  readonly repositories: string;
  readonly tags: string;
  readonly now: number;
}

const insert = prepare((db, values: { projectId: number; repositories: string; tags: string; now: number }) =>
  db
    .insertInto('tag_protection')
    .values({
      project_id: values.projectId,
      repository_pattern: values.repositories,
      tag_pattern: values.tags,
      created_at: values.now,
      updated_at: values.now,
    })
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'repository_pattern', 'tag_pattern']).doNothing(),
    )
    .returning('id'),
);

/** Undefined: there is one of the same patterns. */
export async function insertProtection(
  tx: Tx,
  input: ProtectionRow & { readonly projectId: number },
): Promise<number | undefined> {
  const { projectId, repositories, tags, now } = input;
  return (await tx.first(insert, { projectId, repositories, tags, now }))?.id;
}

export async function setProtection(tx: Tx, input: ProtectionRow & { readonly id: number }): Promise<void> {
  await tx.builder
    .updateTable('tag_protection')
    .set({ repository_pattern: input.repositories, tag_pattern: input.tags, updated_at: input.now })
    .where('id', '=', input.id)
    .execute();
}

export async function setHolders(
  tx: Tx,
  protectionId: number,
  holders: readonly { readonly kind: HolderKind; readonly id: number }[],
): Promise<void> {
  await tx.builder.deleteFrom('tag_protection_holder').where('protection_id', '=', protectionId).execute();
  if (holders.length === 0) return;
  await tx.builder
    .insertInto('tag_protection_holder')
    .values(
      holders.map(({ kind, id }) => ({
        protection_id: protectionId,
        principal_kind: kind,
        principal_id: id,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function deleteProtection(tx: Tx, id: number): Promise<void> {
  await tx.builder.deleteFrom('tag_protection').where('id', '=', id).execute();
}
