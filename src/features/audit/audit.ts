import type { RestRoute } from '../../access/rest-route.ts';
import type { Routes } from '../../platform/http/server.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import { AuditForwarding, type ForwardingDeps } from './forwarding/audit-forwarding.ts';
import type { AuditDeps } from './list-audit-log.ts';
import { type PeriodDeps, periodJob } from './periods/close-periods.ts';
import { proofRoutes } from './periods/routes.ts';
import { type AuditCheck, type AuditProof, verifyAuditLog } from './periods/verify-audit-log.ts';
import { auditRoutes } from './routes.ts';

export type AuditLogProof = AuditProof;
export type AuditLogCheck = AuditCheck;

export function createAudit(deps: AuditDeps): { readonly routes: readonly RestRoute[] } {
  return { routes: auditRoutes(deps) };
}

export interface AuditProofs {
  readonly job: PeriodicJob;
  readonly adminRoutes: Routes;
  readonly verify: (check: AuditLogCheck) => Promise<AuditLogProof>;
}

/** @param stopping ends what runs over the admin socket */
export function createAuditProofs(deps: PeriodDeps, stopping: AbortSignal): AuditProofs {
  const verify = (check: AuditCheck): Promise<AuditProof> => verifyAuditLog(deps, check);
  return { job: periodJob(deps), adminRoutes: proofRoutes(verify, stopping), verify };
}

export function createAuditForwarding(deps: ForwardingDeps): AuditForwarding {
  return new AuditForwarding(deps);
}
