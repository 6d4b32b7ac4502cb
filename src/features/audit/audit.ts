import { hostname } from 'node:os';
import { RefusalLog } from '../../access/refusals/refusal-log.ts';
import type { RestRoute } from '../../access/rest-route.ts';
import { nameOfAttempt } from '../../access/robots/name-of-attempt.ts';
import { PullLog, type PullWishes } from '../../content/pulls/pull-log.ts';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Routes } from '../../platform/http/server.ts';
import type { JobKind } from '../../platform/jobs/job-kind.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import type { Logger } from '../../platform/log/logger.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { AuditForwarding } from './forwarding/audit-forwarding.ts';
import type { AuditDeps } from './list-audit-log.ts';
import { type PeriodDeps, periodJob } from './periods/close-periods.ts';
import { proofRoutes } from './periods/routes.ts';
import { type AuditCheck, type AuditProof, verifyAuditLog } from './periods/verify-audit-log.ts';
import { createPurgeJob, type PurgeInput, type PurgeJobDeps, scheduleFirstPurge } from './purge/purge-job.ts';
import { purgeRoutes } from './purge/purge-routes.ts';
import { auditRoutes } from './routes.ts';
import { SilencedKinds } from './silenced-kinds.ts';
import { createEventStream, type EventStream, type EventStreamDeps } from './stream/event-stream.ts';

export type AuditLogProof = AuditProof;
export type AuditLogCheck = AuditCheck;

export function createAudit(deps: AuditDeps): { readonly routes: readonly RestRoute[] } {
  return { routes: auditRoutes(deps) };
}

export interface AuditPurge {
  readonly job: JobKind<PurgeInput>;
  readonly routes: readonly RestRoute[];
}

/** Old rows of the log go by a job, from the first start on. */
export async function createAuditPurge(deps: PurgeJobDeps): Promise<AuditPurge> {
  await scheduleFirstPurge(deps.db);
  return { job: createPurgeJob(deps), routes: purgeRoutes(deps) };
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

export interface Auditing extends Pick<AuditForwarding, 'lag' | 'problem'> {
  readonly jobs: readonly PeriodicJob[];
  readonly adminRoutes: Routes;
}

/** What a server does with the log by itself: it closes periods, and sends events on. */
export function createAuditing(
  deps: PeriodDeps & {
    readonly settings: Settings;
    readonly externalUrl: string | undefined;
    readonly log: Pick<Logger, 'info' | 'warn'>;
  },
  stopping: AbortSignal,
): Auditing {
  const { settings, externalUrl } = deps;
  const proofs = createAuditProofs(deps, stopping);
  const forwarding = new AuditForwarding({
    ...deps,
    endpoint: () => settings.get('audit_log_forward_endpoint'),
    prefix: () => settings.get('robot_name_prefix'),
    host: externalUrl === undefined ? hostname() : new URL(externalUrl).hostname,
  });
  return {
    jobs: [proofs.job, forwarding.job],
    adminRoutes: proofs.adminRoutes,
    lag: () => forwarding.lag(),
    problem: () => forwarding.problem(),
  };
}

export interface AuditWriters extends AsyncDisposable {
  readonly refusals: RefusalLog;
  readonly pullLog: PullLog;
}

/** What fills the audit log beside the transactions of changes. What is left out of it counts when this resolves. */
export async function openAuditWriters(deps: {
  readonly db: Database;
  readonly masterKey: MasterKey;
  readonly settings: Settings;
  readonly prefix: () => string;
  readonly pullWishes: PullWishes;
  readonly log: Logger;
}): Promise<AuditWriters> {
  const { db, masterKey, settings, prefix, pullWishes: wishes, log } = deps;
  await using stack = new AsyncDisposableStack();
  const named = () => settings.get('disabled_audit_log_event_types');
  await stack.use(new SilencedKinds({ db, log, named })).tell();
  const nameOf = (tried: string) => nameOfAttempt({ db, masterKey, robots: { prefix } }, tried);
  const refusals = stack.use(new RefusalLog({ db, log, nameOf }));
  const pullLog = stack.use(
    new PullLog({ db, log, wishes, off: () => settings.get('pull_audit_log_disable') }),
  );
  const rest = stack.move();
  return { refusals, pullLog, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

/** What happens, as it happens. */
export function openEventStream(deps: EventStreamDeps): EventStream {
  return createEventStream(deps);
}
