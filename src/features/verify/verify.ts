import type { Routes } from '../../platform/http/server.ts';
import { verifyRoutes } from './routes.ts';
import { type VerifyDeps, type VerifyReport, verifyStorage } from './verify-storage.ts';

export type StorageReport = VerifyReport;

export interface Verify {
  readonly adminRoutes: Routes;
  readonly storage: () => Promise<StorageReport>;
}

export function createVerify(deps: VerifyDeps): Verify {
  return { adminRoutes: verifyRoutes(deps), storage: () => verifyStorage(deps) };
}
