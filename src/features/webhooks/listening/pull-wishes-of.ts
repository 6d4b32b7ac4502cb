import type { PullWishes } from '../../../content/pulls/pull-log.ts';
import type { Database } from '../../../platform/db/database.ts';
import { enabledWebhooks } from '../webhook-store.ts';

/** Projects of which some webhook is told who pulls; what is new counts a second later. */
export function pullWishesOf(db: Pick<Database, 'reader'>, on: () => boolean): PullWishes {
  let projects: ReadonlySet<number> = new Set();
  let all = false;
  return {
    has: (projectId) => all || projects.has(projectId),
    refresh: async () => {
      const wishing = on()
        ? (await enabledWebhooks(db.reader)).filter(({ eventTypes }) => eventTypes.includes('PULL_ARTIFACT'))
        : [];
      all = wishing.some(({ projectId }) => projectId === null);
      projects = new Set(wishing.flatMap(({ projectId }) => projectId ?? []));
    },
  };
}
