import { sql } from 'kysely';
import type { Queries, Tx } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';

const byDigest = prepare((db, values: { digest: string }) =>
  db.selectFrom('blocked_digest').select('blocked_at as blockedAt').where('digest', '=', values.digest),
);

/** Asked in the transaction that would make an artifact, behind the lock on the row of its manifest. */
export function findBlock(tx: Queries, digest: string): Promise<{ readonly blockedAt: number } | undefined> {
  return tx.first(byDigest, { digest });
}

export interface NewBlocks {
  readonly trashId: number;
  readonly object: string;
  readonly blockedBy: string;
  readonly now: number;
}

/** Every manifest of what is in the trash. Behind the lock on their rows. Returns how many are new. */
export async function blockDigestsOf(
  tx: Tx,
  { trashId, object, blockedBy, now }: NewBlocks,
): Promise<number> {
  const { rows } = await sql`
    insert into blocked_digest (digest, object, blocked_by, blocked_at)
      select distinct digest, cast(${object} as text), cast(${blockedBy} as text), ${sql.lit(now)}
        from artifact where trash_id = ${trashId}
      on conflict (digest) do nothing returning digest`.execute(tx.builder);
  return rows.length;
}

/** What it was when it was blocked; undefined: it is not. */
export async function dropBlock(tx: Tx, digest: string): Promise<string | undefined> {
  const { rows } = await sql<{ object: string }>`
    delete from blocked_digest where digest = ${digest} returning object as "object"`.execute(tx.builder);
  return rows[0]?.object;
}
