import type { Database } from '../../platform/db/database.ts';
import { systemActor } from '../../platform/events/append.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { deleteProjectIf } from './delete-project.ts';
import { isUnused, pageOfUnused, pageSize } from './unused-project-reads.ts';

const everyMs = 60 * 60 * 1000;
/** As long as a repository may stay without a manifest. */
const youngMs = 24 * 60 * 60 * 1000;

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
    const page = await pageOfUnused(deps.db.reader, { after, createdBefore: now - youngMs, now });
    for (const { id } of page) {
      if (signal?.aborted === true) return reaped;
      if (await dropUnusedProject(deps, id)) reaped += 1;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return reaped;
    after = last.id;
  }
}
