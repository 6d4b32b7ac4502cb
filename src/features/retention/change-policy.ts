import { requireRetentionUnlocked } from '../../access/defaults/require-unlocked.ts';
import type { Project } from '../../access/projects/project-reads.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { putSchedule, removeSchedule } from '../../platform/jobs/schedules.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { type RetentionPolicy, requirePolicy } from './plan/policy.ts';
import { retentionKind } from './retention-kind.ts';
import type { RetentionInput } from './run/retention-input.ts';
import { stopAll } from './start-run.ts';
import { deletePolicyRow, findPolicyOf, insertPolicy, updatePolicy } from './store/policy-store.ts';
import { openJobsOfPolicy } from './store/task-store.ts';

interface Deps {
  readonly db: Database;
  readonly settings: Pick<Settings, 'get'>;
}

interface Where {
  readonly project: Pick<Project, 'id' | 'name'>;
  readonly actor: Actor;
}

/** @throws AppError BAD_REQUEST for what is no policy, and where the project has one; CONFLICT; DENIED where it is locked */
export async function createPolicy(
  { db, settings }: Deps,
  { project, actor, policy }: Where & { readonly policy: RetentionPolicy },
): Promise<number> {
  requireRetentionUnlocked(settings);
  const definition = requirePolicy(policy);
  const now = await db.now();
  return db.transaction(async (tx) => {
    const id = await insertPolicy(tx, { projectId: project.id, definition, now });
    if (id === undefined) {
      const other = await findPolicyOf(tx, project.id);
      throw new AppError('BAD_REQUEST', {
        message: `project ${project.id} already has retention policy ${other?.id ?? ''}`,
        detail: 'change that one, or delete it',
      });
    }
    await setSchedule(tx, { id, cron: policy.cron, now });
    await tell(tx, 'retention.created', { project, actor, now, id, definition });
    return id;
  });
}

/** @throws AppError BAD_REQUEST, CONFLICT; DENIED for another policy than there is, where it is locked */
export async function changePolicy(
  { db, settings }: Deps,
  { id, project, actor, policy }: Where & { readonly id: number; readonly policy: RetentionPolicy },
): Promise<void> {
  const definition = requirePolicy(policy);
  const now = await db.now();
  await db.transaction(async (tx) => {
    if ((await findPolicyOf(tx, project.id))?.definition !== definition) requireRetentionUnlocked(settings);
    await updatePolicy(tx, { id, definition, now });
    await setSchedule(tx, { id, cron: policy.cron, now });
    await tell(tx, 'retention.updated', { project, actor, now, id, definition });
  });
}

/** Runs that are on their way end within about a second. */
export async function deletePolicy(
  { db }: Pick<Deps, 'db'>,
  { id, project, actor }: Where & { readonly id: number },
): Promise<void> {
  const now = await db.now();
  await db.transaction(async (tx) => {
    if (!(await deletePolicyRow(tx, id))) return;
    await removeSchedule(tx, { vendorType: retentionKind, vendorId: id });
    await stopAll(tx, () => openJobsOfPolicy(tx, id), now);
    await tell(tx, 'retention.deleted', { project, actor, now, id });
  });
}

async function setSchedule(
  tx: Tx,
  { id, cron, now }: { readonly id: number; readonly cron: string; readonly now: number },
): Promise<void> {
  const of = { vendorType: retentionKind, vendorId: id };
  if (cron === '') {
    await removeSchedule(tx, of);
    return;
  }
  const input: RetentionInput = { policyId: id, dryRun: false };
  await putSchedule(tx, { ...of, cron, timeZone: 'UTC', input, now });
}

async function tell(
  tx: Tx,
  type: 'retention.created' | 'retention.updated' | 'retention.deleted',
  of: Where & { readonly now: number; readonly id: number; readonly definition?: string },
): Promise<void> {
  const { project, actor, now: at, id, definition } = of;
  const data = { policy: id, ...(definition === undefined ? {} : { definition }) };
  await append(tx, { type, at, actor, projectId: project.id, object: project.name, data });
}
