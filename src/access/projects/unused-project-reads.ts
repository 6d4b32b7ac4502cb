import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { whole } from '../../platform/events/event-reads.ts';

/** What `pageOfUnused` reads at once. */
export const pageSize = 200;

/** Projects that a push has made, and in which nothing else ever happened. */
const unused = prepare(
  (db, values: { after: number; upTo: number; createdBefore: number; now: number; since: number }) =>
    db
      .selectFrom('live_project')
      .select('id')
      .where('id', '>', values.after)
      .where('id', '<=', values.upTo)
      .where('created_at', '<', values.createdBefore)
      .where('created_at', '>', values.since)
      .where((project) =>
        project.and([
          project.exists(
            project
              .selectFrom('event')
              .select(sql.lit(1).as('one'))
              .whereRef('event.project_id', '=', 'live_project.id')
              .where(whole)
              .where('event.type', '=', 'project.created')
              .where('event.data', 'like', '%"firstPush":1%'),
          ),
          project.not(
            project.exists(
              project
                .selectFrom('event')
                .select(sql.lit(1).as('one'))
                .whereRef('event.project_id', '=', 'live_project.id')
                .where(whole)
                .where('event.type', '<>', 'project.created')
                // What was refused did not happen.
                .where('event.type', 'not like', '%.refused'),
            ),
          ),
          project.not(
            project.exists(
              project
                .selectFrom('live_repository')
                .select(sql.lit(1).as('one'))
                .whereRef('live_repository.project_id', '=', 'live_project.id'),
            ),
          ),
          project.not(
            project.exists(
              project
                .selectFrom('upload')
                .select(sql.lit(1).as('one'))
                .whereRef('upload.project_id', '=', 'live_project.id')
                .where('upload.finished_digest', 'is', null)
                .where('upload.expires_at', '>', values.now),
            ),
          ),
        ]),
      )
      .orderBy('id')
      .limit(pageSize),
);

const everything = Number.MAX_SAFE_INTEGER;
/** Of an older project the audit log may have been purged, of all that ever happened in it. */
const rememberedMs = 7 * 24 * 60 * 60 * 1000;

export async function isUnused(db: Queries, projectId: number, now: number): Promise<boolean> {
  const one = {
    after: projectId - 1,
    upTo: projectId,
    createdBefore: everything,
    now,
    since: now - rememberedMs,
  };
  return (await db.first(unused, one)) !== undefined;
}

/** By ascending id. */
export function pageOfUnused(
  db: Queries,
  input: { after: number; createdBefore: number; now: number },
): Promise<{ readonly id: number }[]> {
  return db.all(unused, { ...input, upTo: everything, since: input.now - rememberedMs });
}
