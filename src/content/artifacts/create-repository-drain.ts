import type { Database } from '../../platform/db/database.ts';
import { systemActor } from '../../platform/events/append.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import { pageOfHidden } from '../repositories/repository-writes.ts';
import { drainRepository } from './drain-repository.ts';

const pageSize = 100;
const everyMs = 10 * 60 * 1000;

/** Empties deleted repositories whose deletion was cut off, by a crash or a database that went away. */
export function createRepositoryDrain(deps: { readonly db: Database }): PeriodicJob {
  return {
    name: 'repository-drain',
    everyMs,
    atStart: true,
    run: (signal) => drainRepositories(deps, signal),
  };
}

async function drainRepositories(deps: { readonly db: Database }, signal: AbortSignal): Promise<void> {
  for (let after = 0; ; ) {
    const page = await deps.db.transaction((tx) => pageOfHidden(tx, { after, count: pageSize }));
    for (const repository of page) {
      if (!(await drainRepository(deps, { ...repository, actor: systemActor, signal }))) return;
    }
    const last = page.at(-1);
    if (last === undefined || signal.aborted) return;
    after = last.id;
  }
}
