import type { Database } from '../../platform/db/database.ts';
import { artifactsInUse, endedList, hasInUseLists } from '../artifacts/in-use/in-use-reads.ts';
import type { UntaggedArtifact } from './garbage-reads.ts';

/** Those that no cluster runs, nor anything that they list. Once a list has ended nobody knows what runs: none. */
export async function withoutUsed(
  db: Pick<Database, 'reader' | 'now'>,
  found: readonly UntaggedArtifact[],
): Promise<readonly UntaggedArtifact[]> {
  const { reader } = db;
  if (found.length === 0 || !(await hasInUseLists(reader))) return found;
  if ((await endedList(reader, await db.now())) !== undefined) return [];
  const free: UntaggedArtifact[] = [];
  for (const [repositoryId, some] of Map.groupBy(found, (each) => each.repositoryId)) {
    const used = await artifactsInUse(reader, repositoryId);
    free.push(...some.filter(({ id }) => !used.has(id)));
  }
  return free;
}
