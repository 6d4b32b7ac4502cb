import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { CveAllowlist } from './cve-allowlist.ts';

const insert = prepare(
  (db, values: { projectId: number | null; expiresAt: number | null; items: string; now: number }) =>
    db.insertInto('cve_allowlist').values({
      project_id: values.projectId,
      expires_at: values.expiresAt,
      items: values.items,
      created_at: values.now,
      updated_at: values.now,
    }),
);

const update = prepare((db, values: { id: number; expiresAt: number | null; items: string; now: number }) =>
  db
    .updateTable('cve_allowlist')
    .set({ expires_at: values.expiresAt, items: values.items, updated_at: values.now })
    .where('id', '=', values.id),
);

interface Written {
  /** Null: the system's. */
  readonly projectId: number | null;
  readonly list: CveAllowlist;
  /** Of the row that there is; whoever writes has locked what it belongs to. */
  readonly id: number | undefined;
  readonly now: number;
}

export async function writeAllowlist(tx: Tx, { projectId, list, id, now }: Written): Promise<void> {
  const values = { expiresAt: list.expiresAt, items: JSON.stringify(list.items), now };
  if (id === undefined) await tx.run(insert, { ...values, projectId });
  else await tx.run(update, { ...values, id });
}
