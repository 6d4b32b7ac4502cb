import type { Database, Tx } from '../../platform/db/database.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import type { Logger } from '../../platform/log/logger.ts';
import {
  deleteInvisible,
  type InvisibleRepository,
  isUsed,
  linksOf,
  lockInvisible,
  pageOfInvisible,
} from './reap-writes.ts';
import { changeUsage, releaseInProject } from './usage-writes.ts';

const pageSize = 200;
const everyMs = 60 * 60 * 1000;
/** So long one stays into which somebody began to push. */
const patienceMs = 24 * 60 * 60 * 1000;

export interface RepositoryReapDeps {
  readonly db: Database;
  readonly log: Logger;
}

/** Ends repositories into which somebody began to push a day ago, without ever getting to a manifest. */
export function createRepositoryReap(deps: RepositoryReapDeps): PeriodicJob {
  return {
    name: 'repository-reap',
    everyMs,
    run: async (signal) => {
      const count = await reapRepositories(deps.db, signal);
      if (count > 0) deps.log.info({ count }, 'repositories that never got a manifest were removed');
    },
  };
}

/** Returns how many were removed. Their blobs are left to the garbage collection. */
export async function reapRepositories(db: Database, signal?: AbortSignal): Promise<number> {
  let reaped = 0;
  for (let after = 0; ; ) {
    const now = await db.now();
    const page = await pageOfInvisible(db.reader, {
      after,
      createdBefore: now - patienceMs,
      count: pageSize,
    });
    for (const repository of page) {
      if (signal?.aborted === true) return reaped;
      if (await db.transaction((tx) => reap(tx, repository, now))) reaped += 1;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return reaped;
    after = last.id;
  }
}

async function reap(tx: Tx, repository: InvisibleRepository, now: number): Promise<boolean> {
  const { id, projectId } = repository;
  const locked = await lockInvisible(tx, id);
  if (locked === undefined) return false;
  const links = await linksOf(tx, id);
  // One more link than locked blobs: somebody is at one of them.
  if (links.length !== locked.length || links.some((link) => link.touchedAt > now - patienceMs)) return false;
  if (await isUsed(tx, repository, now)) return false;
  const sizes = new Map(locked.map((blob) => [blob.id, blob.size]));
  let freed = 0;
  for (const { blobId, hidden } of links) {
    // A hidden one was released when it was hidden.
    if (hidden === 0 && (await releaseInProject(tx, projectId, blobId))) freed += sizes.get(blobId) ?? 0;
  }
  await deleteInvisible(tx, id);
  await changeUsage(tx, projectId, -freed);
  return true;
}
