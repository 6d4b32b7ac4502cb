import type { RestRoute } from '../../access/rest-route.ts';
import type { Routes } from '../../platform/http/server.ts';
import type { VerifyDeps } from './judge-blob.ts';
import { verifyRoutes } from './routes.ts';
import { createVerificationJob, type VerificationKind } from './verification-job.ts';
import { verificationRoutes } from './verification-routes.ts';
import type { VerifyReport } from './verify-report.ts';
import { type VerifyInput, type VerifyProgress, verifyStorage } from './verify-storage.ts';

export type StorageReport = VerifyReport;
export type StorageProgress = VerifyProgress;
export type StorageCheck = VerifyInput;

export interface Verify {
  readonly adminRoutes: Routes;
  readonly routes: readonly RestRoute[];
  readonly job: VerificationKind;
  readonly storage: (input: VerifyInput) => Promise<StorageReport>;
}

/** @param stopping ends what runs over the admin socket */
export function createVerify(deps: VerifyDeps, stopping: AbortSignal): Verify {
  return {
    adminRoutes: verifyRoutes(deps, stopping),
    routes: verificationRoutes(deps),
    job: createVerificationJob(deps),
    storage: (input) => verifyStorage(deps, input),
  };
}
