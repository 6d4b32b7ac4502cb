import { createSignInSweep } from './access/ended-sign-ins/create-sign-in-sweep.ts';
import { createProjectReap } from './access/projects/create-project-reap.ts';
import { createManifestCopying } from './content/artifacts/create-manifest-copying.ts';
import { createRepositoryDrain } from './content/artifacts/create-repository-drain.ts';
import { createArtifactDescription } from './content/descriptions/create-artifact-description.ts';
import { createStorageCount } from './content/figures/create-storage-count.ts';
import { createStorageAccrual } from './content/pulls/create-storage-accrual.ts';
import { createRepositoryReap } from './content/repositories/create-repository-reap.ts';
import { createTagOrder } from './content/tags/order/create-tag-order.ts';
import { createTrashKeeping } from './content/trash/create-trash-keeping.ts';
import { createUploadSweep } from './content/uploads/create-upload-sweep.ts';
import { createCollectionWhenFull } from './features/garbage/garbage.ts';
import { createStrayKeeping } from './features/strays/strays.ts';
import type { Base } from './open-base.ts';
import type { PeriodicJob } from './platform/jobs/periodic-jobs.ts';
import type { Log } from './platform/log/logger.ts';

/** What keeps the stored content, and who may get at it, in order by itself. */
export async function createHousekeeping({
  db,
  store,
  storeIsOurs,
  log,
}: Pick<Base, 'db' | 'store'> & {
  readonly storeIsOurs: () => Promise<boolean>;
  readonly log: Log;
}): Promise<readonly PeriodicJob[]> {
  return [
    await createUploadSweep({ db, store, storeIsOurs, log: log.of('uploads') }),
    createManifestCopying({ db, store, storeIsOurs }),
    createRepositoryDrain({ db }),
    createRepositoryReap({ db, log: log.of('repositories') }),
    createProjectReap({ db, log: log.of('projects') }),
    createArtifactDescription({ db, store }),
    createTagOrder({ db }),
    createStorageAccrual({ db }),
    createStorageCount({ db }),
    createCollectionWhenFull({ db, store, log: log.of('garbage') }),
    createSignInSweep({ db, log: log.of('sign-ins') }),
    createStrayKeeping({ db, store, storeIsOurs }),
    createTrashKeeping({ db, store, storeIsOurs, log: log.of('trash') }),
  ];
}
