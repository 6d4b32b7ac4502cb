import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface Project {
  readonly id: number;
  readonly name: string;
  readonly public: boolean;
}

const byName = prepare((db, values: { name: string }) =>
  db.selectFrom('live_project').select(['id', 'public']).where('name', '=', values.name),
);

export async function findProject(db: Queries, name: string): Promise<Project | undefined> {
  const row = await db.first(byName, { name });
  return row === undefined ? undefined : { id: row.id, name, public: row.public === 1 };
}
