import type { SignedInAsker } from '../../../access/rest-route.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Tx } from '../../../platform/db/database.ts';
import { type Actor, append } from '../../../platform/events/append.ts';
import { putSchedule, removeSchedule } from '../../../platform/jobs/schedules.ts';
import { startJob } from '../../../platform/jobs/start-job.ts';
import { type PurgeJobDeps, purgeKind, purgeOf } from './purge-job.ts';
import { type PurgeParameters, readParameters, requireKept } from './purge-parameters.ts';

export type SchedulePurgeDeps = PurgeJobDeps;

/** As it comes in; what is missing is told in Harbor's words. */
export interface PurgeAsked {
  readonly schedule?: { readonly type?: string; readonly cron?: string };
  readonly parameters?: {
    readonly audit_retention_hour?: number;
    readonly include_event_types?: string;
    readonly pull_retention_hour?: number;
    readonly dry_run?: boolean;
  };
}

/** Of Harbor's page. */
const presets: Readonly<Record<string, string>> = {
  Hourly: '0 0 * * * *',
  Daily: '0 0 0 * * *',
  Weekly: '0 0 0 * * 0',
};

/**
 * Who administers the registry does not remove what proves that while duties are apart; reading stays allowed.
 * @throws AppError DENIED
 */
export function requireMayPurge({ settings }: SchedulePurgeDeps, { grants }: SignedInAsker): void {
  if (!settings.get('separation_of_duties') || !grants.some(({ role }) => role === 'system-admin')) return;
  throw new AppError('DENIED', {
    message: 'a system-admin does not purge the audit log while duties are separated',
    detail: 'ask an account whose role of the registry’s own has purge-audit:create',
  });
}

/**
 * Begins a run, sets the schedule, or ends it.
 * @returns the execution of the run; 0 where there is none
 */
export async function schedulePurge(
  deps: SchedulePurgeDeps,
  asker: SignedInAsker,
  asked: PurgeAsked,
): Promise<number> {
  requireMayPurge(deps, asker);
  const { type, cron = '' } = asked.schedule ?? {};
  if (asked.schedule === undefined)
    throw new AppError('BAD_REQUEST', { message: 'schedule is missing', detail: 'say schedule.type' });
  const now = await deps.db.now();
  const { actor } = asker;
  if (type === 'None') {
    await deps.db.transaction((tx) => end(tx, { actor, now }));
    return 0;
  }
  const { audit_retention_hour, include_event_types, pull_retention_hour, dry_run } = asked.parameters ?? {};
  const parameters = readParameters({
    retentionHours: audit_retention_hour,
    eventTypes: include_event_types,
    pullHours: pull_retention_hour,
    dryRun: dry_run,
  });
  requireKept(parameters, deps.settings.get('audit_min_days'));
  switch (type) {
    case 'Manual':
      return deps.db.transaction((tx) => begin(tx, { parameters, actor, now }));
    case 'Hourly':
    case 'Daily':
    case 'Weekly':
    case 'Custom':
      await deps.db.transaction((tx) =>
        set(
          tx,
          { parameters, actor, now },
          { type, cron: cron.trim() === '' ? (presets[type] ?? '') : cron },
        ),
      );
      return 0;
    default:
      throw new AppError('BAD_REQUEST', {
        message: `schedule.type ${type === undefined ? 'is missing' : 'cannot be set'}`,
        detail: 'give Hourly, Daily, Weekly, Custom, Manual or None',
      });
  }
}

interface Change {
  readonly parameters: PurgeParameters;
  readonly actor: Actor;
  readonly now: number;
}

async function begin(tx: Tx, { parameters: input, actor, now }: Change): Promise<number> {
  const { jobId, executionId } = await startJob(
    tx,
    { name: purgeKind },
    // As many as are asked for, one after the other, as Harbor's queue does it.
    { input, vendorId: purgeOf.vendorId, trigger: 'MANUAL', unique: false, now },
  );
  const event = { type: 'job.started', at: now, actor, projectId: null } as const;
  await append(tx, { ...event, object: `${purgeKind} ${jobId}`, data: toldOf(input) });
  return executionId;
}

async function set(
  tx: Tx,
  { parameters, actor, now }: Change,
  { type, cron }: { readonly type: string; readonly cron: string },
): Promise<void> {
  const input = { ...parameters, scheduleType: type };
  await putSchedule(tx, { ...purgeOf, cron, timeZone: 'UTC', input, now });
  const event = { type: 'schedule.updated', at: now, actor, projectId: null } as const;
  await append(tx, { ...event, object: purgeKind, data: { cron, ...toldOf(parameters) } });
}

async function end(tx: Tx, { actor, now }: Pick<Change, 'actor' | 'now'>): Promise<void> {
  if (!(await removeSchedule(tx, purgeOf))) return;
  const event = { type: 'schedule.deleted', at: now, actor, projectId: null } as const;
  await append(tx, { ...event, object: purgeKind });
}

function toldOf({ retentionHours, eventTypes, pullHours, dryRun }: PurgeParameters) {
  return { retentionHours, eventTypes, pullHours: pullHours ?? null, dryRun: Number(dryRun) };
}
