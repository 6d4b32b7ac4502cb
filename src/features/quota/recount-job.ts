import { checkUsage } from '../../content/repositories/check-usage.ts';
import { countCompared } from '../../content/repositories/usage-reads.ts';
import type { Database } from '../../platform/db/database.ts';
import { systemActor } from '../../platform/events/append.ts';
import type { JobKind } from '../../platform/jobs/job-kind.ts';

export const recountKind = 'QUOTA_RECOUNT';
/** There is one. */
export const recountVendor = -1;

/** Counts the usage of every project anew, puts it right, and tells in its log what was wrong: nothing ever should be. */
export function createRecountJob(deps: { readonly db: Database }): JobKind {
  return {
    name: recountKind,
    parallelism: 1,
    attempts: 3,
    kept: 50,
    parse: (input) => input,
    run: async ({ signal, progress, log, result }) => {
      const total = await countCompared(deps.db.reader);
      let wrong = 0;
      const onPage: Parameters<typeof checkUsage>[1]['onPage'] = ({ projects, differences }) => {
        for (const { project, usedBytes, countedBytes } of differences)
          log(`${project}: ${usedBytes} bytes were recorded, ${countedBytes} are there`);
        wrong += differences.length;
        progress({ done: projects, total: Math.max(projects, total), unit: 'projects' });
        result({ projects, wrong });
      };
      await checkUsage(deps, { repair: true, actor: systemActor, signal, onPage });
      log(wrong === 0 ? 'every usage is what it should be' : `${wrong} usages were put right`);
    },
  };
}
