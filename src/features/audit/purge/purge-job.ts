import { AppError } from '../../../lib/errors.ts';
import type { MasterKey } from '../../../platform/crypto/master-key.ts';
import type { Database } from '../../../platform/db/database.ts';
import { append, systemActor } from '../../../platform/events/append.ts';
import type { JobKind } from '../../../platform/jobs/job-kind.ts';
import { addSchedule } from '../../../platform/jobs/schedules.ts';
import type { Settings } from '../../../platform/settings/settings.ts';
import { cursorName, readPlace } from '../forwarding/cursor-store.ts';
import { type PurgeReport, purgeAuditLog } from './purge-audit-log.ts';
import { defaultParameters, type PurgeParameters, purgeRuleOf, readParameters } from './purge-parameters.ts';
import { beginPurging, leastPlace } from './purge-store.ts';

export interface PurgeJobDeps {
  readonly db: Database;
  readonly masterKey: MasterKey;
  readonly settings: Settings;
}

/** What is stored of a run, and of the schedule. */
export interface PurgeInput extends PurgeParameters {
  /** How the schedule was named when it was set, in Harbor's words. */
  readonly scheduleType?: string;
}

export const purgeKind = 'PURGE_AUDIT_LOG';
export const purgeOf = { vendorType: purgeKind, vendorId: -1 } as const;

/** Removes old rows of the audit log. A run that is begun again goes on. */
export function createPurgeJob(deps: PurgeJobDeps): JobKind<PurgeInput> {
  const { db, settings } = deps;
  return {
    name: purgeKind,
    parallelism: 1,
    attempts: 1,
    kept: 10,
    parse: (input) => readParameters(input as Partial<Record<keyof PurgeParameters, unknown>>),
    run: async ({ input, signal, progress, log, result }) => {
      const { retentionHours, eventTypes, pullHours, dryRun } = input;
      const minDays = settings.get('audit_min_days');
      const pulls = pullHours === undefined ? '' : `, pulls after ${pullHours}`;
      log(`removes after ${retentionHours} hours${pulls}: ${eventTypes}${dryRun ? '; only counts' : ''}`);
      log(`no row goes within ${minDays} days`);
      const report = await purgeAuditLog(deps, {
        rule: purgeRuleOf(input, { now: await db.now(), minDays }),
        upToId: Math.min(await forwardedUpTo(deps), await readUpTo(db)),
        dryRun,
        signal,
        log,
        onProgress: (done, total) => progress({ done, total, unit: 'periods' }),
      });
      const { rows, periods, broken, waiting } = report;
      log(`${dryRun ? 'would remove' : 'removed'} ${rows} rows of ${periods} periods`);
      result({ rows, periods, broken, waiting });
      if (!dryRun && rows > 0) await note(db, input, rows);
      requireWhole(report);
    },
  };
}

/** What was not sent on yet stays. */
async function forwardedUpTo({ db, settings }: PurgeJobDeps): Promise<number> {
  if (settings.get('audit_log_forward_endpoint') === '') return Number.MAX_SAFE_INTEGER;
  return (await readPlace(db.reader)) ?? 0;
}

/** Nor what others who are told of events, such as webhooks, have not come to. */
async function readUpTo(db: Database): Promise<number> {
  return (await leastPlace(db.reader, cursorName)) ?? Number.MAX_SAFE_INTEGER;
}

async function note(db: Database, input: PurgeInput, rows: number): Promise<void> {
  const now = await db.now();
  const { retentionHours, eventTypes, pullHours } = input;
  const data = { rows, retentionHours, eventTypes, ...(pullHours === undefined ? {} : { pullHours }) };
  const event = { type: 'audit.purged', at: now, actor: systemActor, projectId: null, data } as const;
  await db.transaction((tx) => append(tx, { ...event, object: 'audit log' }));
}

function requireWhole({ broken }: PurgeReport): void {
  if (broken === 0) return;
  throw new AppError('PRECONDITION', {
    message: `${broken} periods are not what was closed, and stay as they are; see berth audit verify`,
  });
}

/** Once for each registry, until somebody sets another one or none. */
export async function scheduleFirstPurge(db: Database): Promise<void> {
  const now = await db.now();
  await db.transaction(async (tx) => {
    if (!(await beginPurging(tx, now))) return;
    const input: PurgeInput = { ...defaultParameters, scheduleType: 'Custom' };
    await addSchedule(tx, { ...purgeOf, cron: '0 40 0 * * *', timeZone: 'UTC', input, now });
  });
}
