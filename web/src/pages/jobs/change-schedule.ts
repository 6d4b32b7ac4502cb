import { call, type Input } from '../../api/call.ts';

type PurgeParameters = NonNullable<Input<'PUT /api/v2.0/system/purgeaudit/schedule'>['body']['parameters']>;

/** Sets another time, by the kind of job; what else a schedule has is read before, and stays. */
const changes = {
  PURGE_AUDIT_LOG: async (cron: string): Promise<void> => {
    const { job_parameters: parameters = '{}' } = await call('GET /api/v2.0/system/purgeaudit/schedule', {});
    await call('PUT /api/v2.0/system/purgeaudit/schedule', {
      body: { schedule: { type: 'Custom', cron }, parameters: JSON.parse(parameters) as PurgeParameters },
    });
  },
  STORAGE_RECONCILIATION: async (cron: string): Promise<void> => {
    const { next_at: _, ...kept } = await call('GET /api/berth/v1/storage/reconciliations/schedule', {});
    await call('PUT /api/berth/v1/storage/reconciliations/schedule', { body: { ...kept, cron } });
  },
  STORAGE_VERIFICATION: async (cron: string): Promise<void> => {
    const { next_at: _, ...kept } = await call('GET /api/berth/v1/storage/verifications/schedule', {});
    await call('PUT /api/berth/v1/storage/verifications/schedule', { body: { ...kept, cron } });
  },
} as const;

export type ChangeableKind = keyof typeof changes;

export function isChangeable(kind: string): kind is ChangeableKind {
  return Object.hasOwn(changes, kind);
}

export function changeSchedule(kind: ChangeableKind, cron: string): Promise<void> {
  return changes[kind](cron);
}
