import type { PullWishes } from '../../../content/pulls/pull-log.ts';
import { compileDoublestar } from '../../../lib/text/compile-doublestar.ts';
import type { Database, Queries } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import { enabledWebhooks } from '../webhook-store.ts';

const everyProject = prepare((db, _values: Record<never, never>) =>
  db.selectFrom('live_project').select(['id', 'name']),
);

async function named(db: Queries, patterns: readonly ((name: string) => boolean)[]): Promise<number[]> {
  const all = await db.all(everyProject, {});
  return all.filter(({ name }) => patterns.some((matches) => matches(name))).map(({ id }) => id);
}

/** Projects of which some webhook is told who pulls; what is new counts a second later. */
export function pullWishesOf(db: Pick<Database, 'reader'>, on: () => boolean): PullWishes {
  let projects: ReadonlySet<number> = new Set();
  return {
    has: (projectId) => projects.has(projectId),
    refresh: async () => {
      const wishing = on()
        ? (await enabledWebhooks(db.reader)).filter(({ eventTypes }) => eventTypes.includes('PULL_ARTIFACT'))
        : [];
      const patterns = wishing
        .filter(({ projectId }) => projectId === null)
        .map(({ projectPattern }) => compileDoublestar(projectPattern));
      const own = wishing.flatMap(({ projectId }) => projectId ?? []);
      projects = new Set(patterns.length === 0 ? own : [...own, ...(await named(db.reader, patterns))]);
    },
  };
}
