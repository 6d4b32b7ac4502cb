import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import { type ArtifactDescription, describeArtifact } from './describe-artifact.ts';
import { pageOfUndescribed, type UndescribedArtifact } from './description-reads.ts';
import { putDescription } from './description-writes.ts';
import type { ReadContentDeps } from './read-content.ts';
import { description } from './total-of.ts';

/** Reads that come earlier find the same out for themselves. */
const everyMs = 5_000;
/** What was not there may have come since. */
const againAfterMs = 60 * 60 * 1000;
/** One transaction for so many. */
const pageSize = 50;

/** Writes down what lists show of artifacts whose push, or whose older version, did not. */
export function createArtifactDescription(deps: ReadContentDeps): PeriodicJob {
  let againAt = 0;
  return {
    name: 'artifact-description',
    everyMs,
    run: async (signal) => {
      await describeArtifacts(deps, description.missing, signal);
      const now = await deps.db.now();
      if (now < againAt) return;
      againAt = now + againAfterMs;
      await describeArtifacts(deps, description.provisional, signal);
    },
  };
}

/** Returns how many there were. */
export async function describeArtifacts(
  deps: ReadContentDeps,
  described: number,
  signal?: AbortSignal,
): Promise<number> {
  let count = 0;
  for (let after = 0; ; ) {
    const page = await pageOfUndescribed(deps.db.reader, { after, described, count: pageSize });
    const found: { artifact: UndescribedArtifact; is: ArtifactDescription }[] = [];
    for (const artifact of page) {
      if (signal?.aborted === true) break;
      found.push({ artifact, is: await describeArtifact(deps, artifact) });
    }
    if (found.length > 0) {
      // Lost in a power cut, it is found out once more.
      await deps.db.transaction(
        async (tx) => {
          for (const { artifact, is } of found) await putDescription(tx, artifact, is);
        },
        { durability: 'relaxed' },
      );
    }
    count += found.length;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize || signal?.aborted === true) return count;
    after = last.id;
  }
}
