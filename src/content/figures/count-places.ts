import { setImmediate as turn } from 'node:timers/promises';
import type { Queries } from '../../platform/db/database.ts';
import { HeldBlob } from './held-blob.ts';
import {
  holdingsOf,
  pageOfBlobs,
  pageOfReferences,
  placesOfManifests,
  type ReferencePlace,
  type SizedBlob,
} from './holder-reads.ts';

/** SQLite answers without leaving the turn of the event loop: a step is some milliseconds. */
const blobsAtOnce = 200;
const referencesAtOnce = 1000;
const dayMs = 24 * 60 * 60 * 1000;

export interface PlaceFigures {
  /** Of all that it serves or refers to, each blob once. */
  logicalBytes: number;
  /** Of that, what nothing outside it needs: given back when it is removed with its trash. */
  uniqueBytes: number;
  /** What only its trash needs: given back when that is emptied. */
  trashBytes: number;
}

/** What is stored, in three parts, and by whom it is held. */
export interface Counted {
  readonly logicalBytes: number;
  readonly trashBytes: number;
  readonly unreferencedBytes: number;
  /** By day since 1970 (UTC), what the trash gives back that ends then. */
  readonly trashDays: ReadonlyMap<number, number>;
  readonly projects: ReadonlyMap<number, PlaceFigures>;
  readonly repositories: ReadonlyMap<number, PlaceFigures>;
}

/**
 * Counts everything, blob by blob in small steps. What changes meanwhile is counted before or after its change.
 * @param pace awaited between two steps
 */
export async function countPlaces(db: Queries, pace: () => Promise<void> = () => turn()): Promise<Counted> {
  const total = { logicalBytes: 0, trashBytes: 0, unreferencedBytes: 0 };
  const trashDays = new Map<number, number>();
  const projects = new Map<number, PlaceFigures>();
  const repositories = new Map<number, PlaceFigures>();
  for (let after = 0; ; ) {
    const page = await pageOfBlobs(db, after, blobsAtOnce);
    const [first, last] = [page[0], page.at(-1)];
    if (first === undefined || last === undefined) return { ...total, trashDays, projects, repositories };
    const held = await holdersOf(db, page, pace);
    for (const { id, size } of page) {
      const of = held.get(id);
      if (of === undefined) {
        total.unreferencedBytes += size;
        continue;
      }
      if (of.serves) total.logicalBytes += size;
      else if (of.trashed) {
        total.trashBytes += size;
        const day = Math.floor(of.releasedAt / dayMs);
        if (Number.isFinite(day)) trashDays.set(day, (trashDays.get(day) ?? 0) + size);
      } else total.unreferencedBytes += size;
      addTo(repositories, of.repositories, of.trashed, size);
      addTo(projects, of.projects, of.trashed, size);
    }
    after = last.id;
    await pace();
  }
}

function addTo(
  figures: Map<number, PlaceFigures>,
  holders: ReadonlyMap<number, boolean>,
  trashed: boolean,
  size: number,
): void {
  const alone = holders.size === 1;
  for (const [id, serves] of holders) {
    if (!serves && !(alone && trashed)) continue;
    let of = figures.get(id);
    if (of === undefined) {
      of = { logicalBytes: 0, uniqueBytes: 0, trashBytes: 0 };
      figures.set(id, of);
    }
    if (serves) {
      of.logicalBytes += size;
      if (alone) of.uniqueBytes += size;
    } else of.trashBytes += size;
  }
}

async function holdersOf(
  db: Queries,
  page: readonly SizedBlob[],
  pace: () => Promise<void>,
): Promise<ReadonlyMap<number, HeldBlob>> {
  const [first, last] = [page[0]?.id ?? 0, page.at(-1)?.id ?? 0];
  const all = new Map<number, HeldBlob>();
  const of = (blobId: number): HeldBlob => {
    const held = all.get(blobId) ?? new HeldBlob();
    all.set(blobId, held);
    return held;
  };
  const { links, artifacts } = await holdingsOf(db, first, last);
  for (const { blobId, serves, trashed, until, ...place } of links)
    of(blobId).addLink(place, { serves: serves === 1, until: endOf(trashed, until) });
  for (const { blobId, trashed, until, ...place } of artifacts)
    of(blobId).addArtifact(place, endOf(trashed, until));
  let place: ReferencePlace = { blobId: first, manifestId: 0, position: -1 };
  for (;;) {
    const references = await pageOfReferences(db, place, last, referencesAtOnce);
    const manifests = [...new Set(references.map(({ manifestId }) => manifestId))];
    const places = Map.groupBy(await placesOfManifests(db, manifests), ({ manifestId }) => manifestId);
    // A live manifest keeps also what its repository does not serve: a subject that was deleted.
    for (const { blobId, manifestId } of references)
      for (const { trashed, until, ...at } of places.get(manifestId) ?? [])
        of(blobId).addArtifact(at, endOf(trashed, until));
    const end = references.at(-1);
    if (end === undefined || references.length < referencesAtOnce) return all;
    place = end;
    await pace();
  }
}

/** Undefined: it is not in the trash. */
function endOf(trashed: number, until: number | null): number | undefined {
  return trashed === 0 ? undefined : (until ?? Number.POSITIVE_INFINITY);
}
