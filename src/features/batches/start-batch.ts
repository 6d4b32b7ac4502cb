import type { SignedInAsker } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { append } from '../../platform/events/append.ts';
import { startJob } from '../../platform/jobs/start-job.ts';
import { batchKind } from './batch.ts';
import { type BatchInput, insertBatch } from './batch-store.ts';
import type { FoundItems } from './find-items.ts';

/** Writes down what is to be done, item by item, and begins the job that does it. Returns its number. */
export async function startBatch(
  { db }: { readonly db: Database },
  { principal, actor }: SignedInAsker,
  items: FoundItems & {
    readonly undoes: number | null;
    /** The name of who asked for what is taken back, where it is somebody else. */
    readonly undoesOf?: string | undefined;
  },
): Promise<number> {
  const { action, place, project, repositoryId, undoes, undoesOf, found, label, askedAt: now } = items;
  const input: BatchInput | null = label === undefined ? null : { label };
  return db.transaction(async (tx) => {
    const job = { input, vendorId: -1, trigger: 'MANUAL', unique: false, now } as const;
    const { jobId: id } = await startJob(tx, { name: batchKind }, job);
    const projectId = project?.id ?? null;
    await insertBatch(tx, { id, action, place, projectId, repositoryId, undoes, principal, actor }, items);
    await append(tx, {
      type: 'job.started',
      at: now,
      actor,
      projectId,
      object: `${batchKind} ${id}`,
      data: {
        action,
        place,
        count: found.length,
        ...(label === undefined ? {} : { label: label.name }),
        ...(undoes === null ? {} : { undoes }),
        ...(undoesOf === undefined ? {} : { undoesOf }),
      },
    });
    return id;
  });
}
