import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Queries } from '../../platform/db/database.ts';
import { atOnce, type Step } from '../../platform/jobs/pace.ts';
import {
  artifactsOfRepository,
  endOfPage,
  type Link,
  linksOfRepository,
  referencedBy,
  repositoryIdsOf,
} from './garbage-reads.ts';
import { IdSet } from './id-set.ts';

const pageSize = 500;
/** An artifact may refer to a thousand blobs, which are read in one turn of the event loop. */
const artifactsAtOnce = 50;

export interface LinkScan {
  /** Links that were touched later stay. */
  readonly end: number;
  /** Artifacts that are about to go: what they refer to needs no link. */
  readonly isDoomed?: (artifactId: number) => boolean;
  /** Repositories that are looked at; default: all. */
  readonly only?: (repositoryId: number) => boolean;
  readonly signal: AbortSignal;
  readonly onRepository?: (id: number) => void;
  /** Does the reading of each page. */
  readonly step?: Step;
}

/**
 * Links that no artifact of their repository needs, page by page. What a repository's artifacts refer to is gathered once for
 * all of its links, so that a layer that thousands of manifests share costs no more than another.
 */
export async function* scanLinks(db: Queries, scan: LinkScan): AsyncGenerator<readonly Link[]> {
  for (let after = 0; ; ) {
    const to = await endOfPage(db, 'repository', after, pageSize);
    if (to === undefined) return;
    for (const repositoryId of await repositoryIdsOf(db, { after, to })) {
      if (scan.only?.(repositoryId) === false) continue;
      scan.onRepository?.(repositoryId);
      yield* scanRepository(db, repositoryId, scan);
    }
    after = to;
  }
}

/** Those of one repository. */
export async function* scanRepository(
  db: Queries,
  repositoryId: number,
  scan: LinkScan,
): AsyncGenerator<readonly Link[]> {
  const { step = atOnce } = scan;
  let needed: IdSet | undefined;
  for (let after = 0; ; ) {
    scan.signal.throwIfAborted();
    const read = { repositoryId, after, count: pageSize };
    const page = await step(() => linksOfRepository(db, read));
    const last = page.at(-1);
    if (last === undefined) return;
    const old = page.filter(({ touchedAt }) => touchedAt <= scan.end);
    if (old.length > 0) {
      needed ??= await neededIn(db, repositoryId, scan);
      const found = old.filter(({ blobId }) => !needed?.has(blobId));
      if (found.length > 0) yield found;
    }
    if (page.length < pageSize) return;
    after = last.blobId;
    await nextTurn();
  }
}

/** All that the repository's artifacts refer to, those in the trash included. */
async function neededIn(
  db: Queries,
  repositoryId: number,
  { isDoomed, signal, step = atOnce }: LinkScan,
): Promise<IdSet> {
  const needed = new IdSet();
  for (let after = 0; ; ) {
    signal.throwIfAborted();
    const read = { repositoryId, after, count: artifactsAtOnce };
    const page = await artifactsOfRepository(db, read);
    const last = page.at(-1);
    if (last === undefined) return needed;
    const staying = page.filter(({ id }) => isDoomed?.(id) !== true).map(({ blobId }) => blobId);
    for (const id of await step(() => referencedBy(db, [...new Set(staying)]))) needed.add(id);
    if (page.length < artifactsAtOnce) return needed;
    after = last.id;
    await nextTurn();
  }
}
