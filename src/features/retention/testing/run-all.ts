import type { Database } from '../../../platform/db/database.ts';
import type { JobResult } from '../../../platform/jobs/job-kind.ts';
import { type RepositoryRun, runRepository } from '../run/run-repository.ts';
import { repositoriesOf } from '../store/candidate-store.ts';

/** What the jobs of a run do, one repository after the other; their logs, and the bytes that they say they freed. */
export async function runAll(
  db: Database,
  run: Omit<RepositoryRun, 'repository'>,
): Promise<{ readonly log: readonly string[]; readonly freedBytes: number; readonly kept: number }> {
  const log: string[] = [];
  let [freedBytes, kept] = [0, 0];
  const result = (found: JobResult): void => {
    freedBytes += Number(found['freedBytes']);
    kept += Number(found['retained']);
  };
  const told = {
    job: { id: 1, executionId: 1 },
    signal: new AbortController().signal,
    progress: () => {},
    log: (line: string) => void log.push(line),
    result,
  };
  for await (const repository of repositoriesOf(db.reader, run.projectId))
    await runRepository({ db }, { ...run, repository }, told);
  return { log, freedBytes, kept };
}
