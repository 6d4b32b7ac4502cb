import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { CanonicalDigest } from '../../../lib/oci/digest.ts';
import type { BlobStore } from '../../../platform/blobstore/blob-store.ts';
import type { Database, Tx } from '../../../platform/db/database.ts';
import type { Logger } from '../../../platform/log/logger.ts';
import { sweepSteps } from './sweep.ts';

const pauseMs = 10;
const atOnce = 4;

export interface SweepsDeps {
  readonly db: Database;
  readonly store: BlobStore;
  readonly log: Logger;
}

/**
 * A garbage collection without any patience, for as long as the process lives: the trash is emptied at once, and what
 * nobody needs is deleted, also what an earlier process had begun to delete (`tookOver`). Logs `swept` for each blob, and `idle` when
 * nothing is left to do.
 */
export async function runSweeps(deps: SweepsDeps): Promise<never> {
  for (let busy = true; ; await delay(pauseMs)) {
    try {
      const swept = await sweepOnce(deps);
      if (busy && swept === 0) deps.log.info({}, 'idle');
      busy = swept > 0;
    } catch (error) {
      deps.log.error({ error }, 'a sweep failed');
    }
  }
}

/** Returns how many blobs went. */
export async function sweepOnce({ db, store, log }: SweepsDeps): Promise<number> {
  await db.transaction(emptyTrash);
  const digests = await candidates(db);
  let swept = 0;
  const work = Array.from({ length: atOnce }, async () => {
    for (let digest = digests.pop(); digest !== undefined; digest = digests.pop()) {
      const steps = sweepSteps({ db, store }, digest);
      const tookOver = await steps.takeOver();
      if (!tookOver) {
        await steps.condemn();
        if (!(await steps.begin())) continue;
      }
      await steps.unlink();
      if (await steps.forget()) {
        swept += 1;
        log.info({ digest, tookOver }, 'swept');
      }
    }
  });
  await Promise.all(work);
  return swept;
}

async function candidates({ reader }: Database): Promise<CanonicalDigest[]> {
  const { rows } = await sql<{ digest: CanonicalDigest }>`
    select digest from blob where state in ('pending', 'condemned', 'deleting') or (state = 'live'
      and not exists (select 1 from blob_link where blob_link.blob_id = blob.id)
      and not exists (select 1 from artifact where artifact.blob_id = blob.id)
      and not exists (select 1 from reference where reference.blob_id = blob.id))`.execute(reader.builder);
  return rows.map(({ digest }) => digest);
}

async function emptyTrash({ builder }: Tx): Promise<void> {
  await sql`delete from tag where artifact_id in (select id from artifact where deleted_at is not null)`.execute(
    builder,
  );
  await sql`delete from artifact where deleted_at is not null`.execute(builder);
  await sql`delete from manifest where not exists
    (select 1 from artifact where artifact.blob_id = manifest.blob_id)`.execute(builder);
  await sql`delete from blob_link where hidden = 1`.execute(builder);
}
