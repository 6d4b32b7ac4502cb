import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { CanonicalDigest } from '../../../lib/oci/digest.ts';
import type { BlobStore } from '../../../platform/blobstore/blob-store.ts';
import type { Database, Tx } from '../../../platform/db/database.ts';
import type { Logger } from '../../../platform/log/logger.ts';
import { sweepSteps } from './sweep.ts';

const pauseMs = 10;
const atOnce = 4;
/** After so long another process is taken for dead; when it lives, it unlinks late. */
const patienceMs = 1000;

export interface SweepsDeps {
  readonly db: Database;
  readonly store: BlobStore;
  readonly log: Logger;
  /** Tells this process from others on the same database; none: there are no others. */
  readonly worker?: string;
}

/** What others were seen deleting, and since when. */
type Others = Map<CanonicalDigest, number>;

/**
 * A garbage collection without any patience, for as long as the process lives: the trash is emptied at once, and what
 * nobody needs is deleted, also what an earlier process had begun to delete (`tookOver`). Logs `swept` for each blob, and `idle` when
 * nothing is left to do.
 */
export async function runSweeps(deps: SweepsDeps): Promise<never> {
  const others: Others = new Map();
  for (let busy = true; ; await delay(pauseMs)) {
    try {
      const swept = await sweepOnce(deps, others);
      if (busy && swept === 0) deps.log.info({}, 'idle');
      busy = swept > 0;
    } catch (error) {
      deps.log.error({ error }, 'a sweep failed');
    }
  }
}

/** Returns how many blobs went. */
export async function sweepOnce(deps: SweepsDeps, others: Others = new Map()): Promise<number> {
  await deps.db.transaction(emptyTrash);
  const found = await candidates(deps, others);
  let swept = 0;
  const work = Array.from({ length: atOnce }, async () => {
    for (let next = found.pop(); next !== undefined; next = found.pop())
      if (await sweepOne(deps, next)) swept += 1;
  });
  await Promise.all(work);
  return swept;
}

async function sweepOne(
  { db, store, log, worker }: SweepsDeps,
  { digest, isOthers }: Found,
): Promise<boolean> {
  const steps = sweepSteps({ db, store }, digest, worker);
  const tookOver = await steps.takeOver();
  if (!tookOver) {
    await steps.condemn();
    if (!(await steps.begin())) return false;
  }
  await steps.unlink();
  const burn = tookOver && isOthers;
  if (!(await (burn ? steps.burn() : steps.forget()))) return false;
  log.info({ digest, tookOver }, 'swept');
  return true;
}

interface Found {
  readonly digest: CanonicalDigest;
  /** Another process has begun to delete it, and has not got done for long. */
  readonly isOthers: boolean;
}

async function candidates({ db, worker }: SweepsDeps, others: Others): Promise<Found[]> {
  const { rows } = await sql<{ digest: CanonicalDigest; state: string; worker: string | null }>`
    select digest, state, worker from blob where state in ('pending', 'condemned', 'deleting') or (state = 'live'
      and not exists (select 1 from blob_link where blob_link.blob_id = blob.id)
      and not exists (select 1 from artifact where artifact.blob_id = blob.id)
      and not exists (select 1 from reference where reference.blob_id = blob.id))`.execute(db.reader.builder);
  // With SQLite the others are dead.
  const alone = worker === undefined || db.dialect === 'sqlite';
  const isOthers = (row: (typeof rows)[number]): boolean =>
    !alone && row.state === 'deleting' && row.worker !== worker;
  const now = performance.now();
  const busy = new Set(rows.filter(isOthers).map(({ digest }) => digest));
  for (const digest of others.keys()) if (!busy.has(digest)) others.delete(digest);
  for (const digest of busy) others.set(digest, others.get(digest) ?? now);
  return rows
    .filter(({ digest }) => now - (others.get(digest) ?? Number.NEGATIVE_INFINITY) >= patienceMs)
    .map((row) => ({ digest: row.digest, isOthers: isOthers(row) }));
}

/** The rows of the blobs are locked first, as in pushes, and what refers to them is looked at behind the locks. */
async function emptyTrash({ builder, dialect }: Tx): Promise<void> {
  const locking = dialect === 'postgres' ? sql`order by id for update skip locked` : sql``;
  const { rows } = await sql<{ id: number }>`select id from blob where
    exists (select 1 from artifact where artifact.blob_id = blob.id and deleted_at is not null)
    or exists (select 1 from blob_link where blob_link.blob_id = blob.id and hidden = 1)
    ${locking}`.execute(builder);
  if (rows.length === 0) return;
  const ids = sql.join(rows.map(({ id }) => id));
  await sql`delete from tag where artifact_id in
    (select id from artifact where deleted_at is not null and blob_id in (${ids}))`.execute(builder);
  await sql`delete from artifact where deleted_at is not null and blob_id in (${ids})`.execute(builder);
  await sql`delete from manifest where blob_id in (${ids}) and not exists
    (select 1 from artifact where artifact.blob_id = manifest.blob_id)`.execute(builder);
  await sql`delete from blob_link where hidden = 1 and blob_id in (${ids})`.execute(builder);
}
