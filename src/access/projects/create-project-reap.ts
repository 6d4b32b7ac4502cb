import { type SqlBool, sql } from 'kysely';
import type { Database, Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { systemActor } from '../../platform/events/append.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { deleteProjectIf } from './delete-project.ts';

const everyMs = 60 * 60 * 1000;
/** As long as a repository may stay without a manifest. */
const youngMs = 24 * 60 * 60 * 1000;
const pageSize = 200;

/** The index of the events that the audit log shows. */
const shown = sql<SqlBool>`event.type not in ('blob.pushed', 'blob.mounted', 'blob.deleted', 'blob.missing')`;

/** Projects that a push has made, and in which nothing else ever happened. */
const unused = prepare((db, values: { after: number; upTo: number; createdBefore: number; now: number }) =>
  db
    .selectFrom('project')
    .select('id')
    .where('deleted_at', 'is', null)
    .where('id', '>', values.after)
    .where('id', '<=', values.upTo)
    .where('created_at', '<', values.createdBefore)
    .where((project) =>
      project.and([
        project.exists(
          project
            .selectFrom('event')
            .select(sql.lit(1).as('one'))
            .whereRef('event.project_id', '=', 'project.id')
            .where(shown)
            .where('event.type', '=', 'project.created')
            .where('event.data', 'like', '%"firstPush":1%'),
        ),
        project.not(
          project.exists(
            project
              .selectFrom('event')
              .select(sql.lit(1).as('one'))
              .whereRef('event.project_id', '=', 'project.id')
              .where(shown)
              .where('event.type', '<>', 'project.created'),
          ),
        ),
        project.not(
          project.exists(
            project
              .selectFrom('repository')
              .select(sql.lit(1).as('one'))
              .whereRef('repository.project_id', '=', 'project.id')
              .where('repository.deleted_at', 'is', null),
          ),
        ),
        project.not(
          project.exists(
            project
              .selectFrom('upload')
              .select(sql.lit(1).as('one'))
              .whereRef('upload.project_id', '=', 'project.id')
              .where('upload.finished_digest', 'is', null)
              .where('upload.expires_at', '>', values.now),
          ),
        ),
      ]),
    )
    .orderBy('id')
    .limit(pageSize),
);

const everywhere = Number.MAX_SAFE_INTEGER;

async function isUnused(db: Queries, projectId: number, now: number): Promise<boolean> {
  const one = { after: projectId - 1, upTo: projectId, createdBefore: everywhere, now };
  return (await db.first(unused, one)) !== undefined;
}

/** Takes a project back that a push has made which was then refused, unless something else is under way in it. */
export async function dropUnusedProject(
  deps: { readonly db: Database },
  projectId: number,
): Promise<boolean> {
  const now = await deps.db.now();
  if (!(await isUnused(deps.db.reader, projectId, now))) return false;
  return deleteProjectIf(deps, { projectId, actor: systemActor }, (tx) => isUnused(tx, projectId, now));
}

/** Ends projects that a push made a day ago of which nothing ever came. */
export function createProjectReap(deps: { readonly db: Database; readonly log: Logger }): PeriodicJob {
  return {
    name: 'project-reap',
    everyMs,
    run: async (signal) => {
      const count = await reapProjects(deps, signal);
      if (count > 0) deps.log.info({ count }, 'projects were removed whose first push never came to an end');
    },
  };
}

/** Returns how many were removed. */
export async function reapProjects(deps: { readonly db: Database }, signal?: AbortSignal): Promise<number> {
  let reaped = 0;
  for (let after = 0; ; ) {
    const now = await deps.db.now();
    const page = await deps.db.reader.all(unused, {
      after,
      upTo: everywhere,
      createdBefore: now - youngMs,
      now,
    });
    for (const { id } of page) {
      if (signal?.aborted === true) return reaped;
      if (await dropUnusedProject(deps, id)) reaped += 1;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return reaped;
    after = last.id;
  }
}
