import { sql } from 'kysely';
import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

type Move = { readonly projectId: number; readonly from: string; readonly to: string };

const moveGrants = prepare((db, values: Move) =>
  db
    .updateTable('grant')
    .set({ repository_pattern: values.to })
    .where('project_id', '=', values.projectId)
    .where('scope', '=', 'repository')
    .where('repository_pattern', '=', values.from)
    .where(
      sql<boolean>`not exists (select 1 from "grant" as there where there.project_id = "grant".project_id
        and there.scope = 'repository' and there.repository_pattern = ${values.to}
        and there.principal_kind = "grant".principal_kind and there.principal_id = "grant".principal_id
        and there.role = "grant".role and there.tag_pattern is not distinct from "grant".tag_pattern)`,
    ),
);

const dropGrants = prepare((db, values: { projectId: number; from: string }) =>
  db
    .deleteFrom('grant')
    .where('project_id', '=', values.projectId)
    .where('scope', '=', 'repository')
    .where('repository_pattern', '=', values.from),
);

const moveLimits = prepare((db, values: Move) =>
  db
    .updateTable('token_scope')
    .set({ repository_pattern: values.to })
    .where('project_id', '=', values.projectId)
    .where('repository_pattern', '=', values.from),
);

/** What names exactly this path is about the repository, and goes with it; who has the same at the new path keeps that. */
export async function followRepository(tx: Tx, move: Move): Promise<void> {
  await tx.run(moveGrants, move);
  await tx.run(dropGrants, { projectId: move.projectId, from: move.from });
  await tx.run(moveLimits, move);
}
