import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';
import type { CveAllowlist } from './cve-allowlist.ts';

export interface StoredAllowlist extends CveAllowlist {
  readonly id: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

interface Row {
  readonly id: number;
  readonly expires_at: number | null;
  readonly items: string;
  readonly created_at: number;
  readonly updated_at: number;
}

const columns = ['id', 'project_id', 'expires_at', 'items', 'created_at', 'updated_at'] as const;

const byProjects = prepare((db, values: { ids: string }, dialect) =>
  db
    .selectFrom('cve_allowlist')
    .select(columns)
    .where('project_id', 'in', valueList('integer', values.ids, dialect)),
);

/** By project; one that never had any is not there. */
export async function allowlistsOf(
  db: Queries,
  projectIds: readonly number[],
): Promise<ReadonlyMap<number, StoredAllowlist>> {
  const rows = await db.all(byProjects, { ids: JSON.stringify(projectIds) });
  return new Map(rows.map((row) => [row.project_id ?? 0, toAllowlist(row)]));
}

const ofSystem = prepare((db) =>
  db.selectFrom('cve_allowlist').select(columns).where('project_id', 'is', null),
);

export async function systemAllowlist(db: Queries): Promise<StoredAllowlist | undefined> {
  const row = await db.first(ofSystem, {});
  return row === undefined ? undefined : toAllowlist(row);
}

function toAllowlist(row: Row): StoredAllowlist {
  return {
    id: row.id,
    expiresAt: row.expires_at,
    items: JSON.parse(row.items) as string[],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
