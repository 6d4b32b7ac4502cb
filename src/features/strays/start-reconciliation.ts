import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import type { ApiAnswer } from '../../platform/http/api/api-route.ts';
import { startJob } from '../../platform/jobs/start-job.ts';
import { type ReconciliationInput, reconciliationKind, reconciliationVendor } from './reconciliation-job.ts';

export const jobAnswer = {
  description: 'A job does it.',
  headers: ['Location'],
  schema: { type: 'object', properties: { job_id: { type: 'integer', format: 'int64' } } },
} as const;

/** @throws AppError PRECONDITION while another one has not ended */
export async function startReconciliation(
  db: Database,
  input: ReconciliationInput,
  actor: Actor,
): Promise<ApiAnswer> {
  const now = await db.now();
  const jobId = await db.transaction(async (tx) => {
    const job = { input, vendorId: reconciliationVendor, trigger: 'MANUAL', unique: true, now } as const;
    const started = await startJob(tx, { name: reconciliationKind }, job);
    const object = `${reconciliationKind} ${started.jobId}`;
    await append(tx, {
      type: 'job.started',
      at: now,
      actor,
      projectId: null,
      object,
      data: toldOf(input),
    });
    return started.jobId;
  });
  return { status: 202, headers: { Location: `/api/berth/v1/jobs/${jobId}` }, body: { job_id: jobId } };
}

/** As the audit log has it. */
function toldOf(input: ReconciliationInput): Readonly<Record<string, string | number>> {
  const { action } = input;
  if (action === 'remove') return { action, plan: input.plan };
  if (action === 'restore') return { action, keys: input.keys.length };
  return { action, objectsPerSecond: input.objectsPerSecond };
}
