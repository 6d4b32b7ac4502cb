import type { Database } from '../../platform/db/database.ts';
import { compareUsage, type UsageDifference } from './usage-reads.ts';
import { recountUsage } from './usage-writes.ts';

const projectsAtOnce = 50;

/** Every project whose usage is not what it holds; with `repair` the right figure takes its place. */
export async function checkUsage(
  { db }: { readonly db: Database },
  { repair }: { readonly repair: boolean },
): Promise<readonly UsageDifference[]> {
  const found: UsageDifference[] = [];
  for (let after: number | undefined = 0; after !== undefined; ) {
    const { differences, last } = await compareUsage(db.reader, { after, limit: projectsAtOnce });
    found.push(...differences);
    if (repair)
      for (const { projectId } of differences) await db.transaction((tx) => recountUsage(tx, projectId));
    after = last;
  }
  return found;
}
