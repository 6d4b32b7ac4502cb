import { apiTime, unsetTime } from '../../../platform/http/api/api-time.ts';
import { withoutZeros } from '../../../platform/http/api/without-zeros.ts';
import { nextFire } from '../../../platform/jobs/cron/next-fire.ts';
import { parseCron } from '../../../platform/jobs/cron/parse-cron.ts';
import type { ScheduleRow } from '../../../platform/jobs/rows/schedule-reads.ts';
import type { PurgeRun } from './purge-history-store.ts';
import { type PurgeInput, purgeKind } from './purge-job.ts';
import { readParameters } from './purge-parameters.ts';

type View = Readonly<Record<string, unknown>>;

const number = { type: 'integer', format: 'int64' } as const;
const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;

/** Harbor's `ExecHistory`: a run, or the schedule. */
export const purgeSchema = {
  type: 'object',
  properties: {
    id: number,
    job_name: text,
    job_kind: { ...text, description: 'MANUAL or SCHEDULE; of the schedule its cron.' },
    job_parameters: { ...text, description: 'JSON.' },
    schedule: {
      type: 'object',
      properties: { type: text, cron: text, next_scheduled_time: time },
    },
    job_status: text,
    deleted: { type: 'boolean' },
    creation_time: time,
    update_time: time,
  },
} as const;

export function runView({ id, trigger, status, startedAt, updatedAt, input, result }: PurgeRun): View {
  const found = JSON.parse(result) as View;
  return {
    id,
    job_name: purgeKind,
    job_kind: trigger,
    job_parameters: parametersText(input, found),
    // Clients take one of the types of a schedule here.
    schedule: {
      type: trigger === 'MANUAL' ? 'Manual' : 'Schedule',
      cron: '',
      next_scheduled_time: unsetTime,
    },
    job_status: status,
    creation_time: apiTime(startedAt),
    update_time: apiTime(updatedAt),
  };
}

export function scheduleView({ id, cron, timeZone, input, updatedAt }: ScheduleRow, now: number): View {
  const { scheduleType = 'Custom' } = JSON.parse(input) as PurgeInput;
  return {
    id,
    job_kind: cron,
    job_parameters: parametersText(input, {}),
    schedule: {
      type: scheduleType,
      cron,
      next_scheduled_time: apiTime(nextFire(parseCron(cron), now, timeZone)),
    },
    // Each time it is set it is a new one.
    creation_time: apiTime(updatedAt),
    update_time: apiTime(updatedAt),
  };
}

function parametersText(input: string, found: View): string {
  const { retentionHours, eventTypes, pullHours, dryRun } = readParameters(JSON.parse(input) as View);
  const { rows, periods, broken, waiting } = found;
  return JSON.stringify({
    audit_retention_hour: retentionHours,
    include_event_types: eventTypes,
    ...(pullHours === undefined ? {} : { pull_retention_hour: pullHours }),
    dry_run: dryRun,
    ...(rows === undefined ? {} : { purged_rows: rows, purged_periods: periods }),
    ...withoutZeros({ broken_periods: broken, waiting_periods: waiting }),
  });
}
