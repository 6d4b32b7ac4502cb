import type { Queries } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import { systemActor } from '../../../platform/events/append.ts';
import { indexed } from '../../../platform/events/event-reads.ts';

const lastReview = prepare((db, values: { projectId: number }) =>
  db
    .selectFrom('event')
    .select(['id', 'at'])
    .where('project_id', '=', values.projectId)
    .where('type', '=', 'retention.started')
    .where('data', 'like', '%"dryRun":0%')
    .where(indexed)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1),
);

const pushedBySystem = prepare((db, values: { projectId: number; at: number; id: number; actor: string }) =>
  db
    .selectFrom('event')
    .select('id')
    .where('project_id', '=', values.projectId)
    .where('type', '=', 'artifact.pushed')
    .where('actor', '=', values.actor)
    .where('at', '>=', values.at)
    .where('id', '>', values.id)
    .where(indexed)
    .limit(1),
);

/**
 * Whether content came into the project by an import or an adoption, which are the system's own pushes, since somebody ran its
 * policy or carried out a plan.
 */
export async function importedSinceReview(db: Queries, projectId: number): Promise<boolean> {
  const { id, at } = (await db.first(lastReview, { projectId })) ?? { id: 0, at: 0 };
  const actor = systemActor.principal;
  return (await db.first(pushedBySystem, { projectId, id, at, actor })) !== undefined;
}
