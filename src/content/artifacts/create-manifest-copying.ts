import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import { type CopyManifestsDeps, copyManifests } from './copy-manifests.ts';

/** The storage lags behind the database by so much; whoever loses the database loses the names anyway. */
const everyMs = 15_000;

export function createManifestCopying(deps: CopyManifestsDeps): PeriodicJob {
  return {
    name: 'manifest-copying',
    everyMs,
    run: async (signal) => {
      await copyManifests(deps, signal);
    },
  };
}
