import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { compareUsage, type UsageDifference } from './usage-reads.ts';
import { recountUsage } from './usage-writes.ts';

const projectsAtOnce = 50;

/** Every project whose usage is not what it holds; with `repair` the right figure takes its place. */
export async function checkUsage(
  { db }: { readonly db: Database },
  input: ({ readonly repair: false } | { readonly repair: true; readonly actor: Actor }) & {
    readonly signal?: AbortSignal;
    /** Told after each page, with how many projects were looked at so far. */
    readonly onPage?: (page: { projects: number; differences: readonly UsageDifference[] }) => void;
  },
): Promise<readonly UsageDifference[]> {
  const found: UsageDifference[] = [];
  let projects = 0;
  for (let after: number | undefined = 0; after !== undefined; ) {
    input.signal?.throwIfAborted();
    const { differences, count, last } = await compareUsage(db.reader, { after, limit: projectsAtOnce });
    found.push(...differences);
    if (input.repair)
      for (const { projectId } of differences) await db.transaction((tx) => recountUsage(tx, projectId));
    projects += count;
    input.onPage?.({ projects, differences });
    after = last;
  }
  if (input.repair) {
    const { actor } = input;
    const now = await db.now();
    const data = { projects: found.length };
    await db.transaction((tx) =>
      append(tx, { type: 'quota.checked', at: now, actor, projectId: null, object: 'every project', data }),
    );
  }
  return found;
}
