import { randomUUID } from 'node:crypto';
import { canonicalKey, stagingRoot } from '../../../platform/blobstore/layout.ts';
import { insertStoreIdentity } from '../../blobs/store-identity-writes.ts';
import { digestOf, type World } from '../../testing/world.ts';
import { planStrays } from '../plan-strays.ts';
import { type QuarantineDeps, type Quarantined, quarantineStrays } from '../quarantine-strays.ts';
import { type ReconcileRun, reconcileStorage, type StrayDeps } from '../reconcile-storage.ts';
import { pageOfStrays, type Stray, type StraySearch } from '../stray-reads.ts';

export const quiet = {
  signal: new AbortController().signal,
  log: () => {},
  progress: () => {},
};

let jobs = 0;

/** A search without any patience. */
export function search(
  world: World,
  altered: Partial<StrayDeps> & Partial<ReconcileRun> = {},
): Promise<StraySearch> {
  jobs += 1;
  const deps = { ...world.deps, windowMs: -1000, ...altered };
  return reconcileStorage(deps, { jobId: jobs, objectsPerSecond: 0, ...quiet, ...altered });
}

/** Removes what the last search found. */
export async function quarantine(world: World, altered: Partial<QuarantineDeps> = {}): Promise<Quarantined> {
  const { plan } = await planStrays(world.db.reader);
  return quarantineStrays({ ...world.deps, ...altered }, plan, quiet);
}

export async function straysOf({ db }: World): Promise<readonly Stray[]> {
  return (await pageOfStrays(db.reader, { quarantined: undefined, offset: 0, limit: 1000 })).rows;
}

export async function keysOf(world: World): Promise<readonly string[]> {
  return (await straysOf(world)).map(({ key }) => key);
}

/** An object that no row speaks of. Returns its key. */
export async function putStray({ store }: World, content: string): Promise<string> {
  const key = canonicalKey(digestOf(Buffer.from(content)));
  await store.put(key, Buffer.from(content));
  return key;
}

/** One where a store without renames leaves content. */
export async function putStagedStray({ store }: World, content: string): Promise<string> {
  const key = `${stagingRoot}/${randomUUID()}.0`;
  await store.put(key, Buffer.from(content));
  return key;
}

/** So much known content that a stray or two are less than the share above which nothing is removed. */
export async function fill({ db, store }: World, count = 300): Promise<void> {
  await db.transaction((tx) => insertStoreIdentity(tx, { storeId: 's', epoch: 1, nonce: 'n' }));
  const contents = Array.from({ length: count }, (_, index) => Buffer.from(`known content number ${index}`));
  await Promise.all(contents.map((content) => store.put(canonicalKey(digestOf(content)), content)));
  await db.transaction((tx) =>
    tx.builder
      .insertInto('blob')
      .values(
        contents.map((content) => ({
          digest: digestOf(content),
          size: content.length,
          state: 'live' as const,
          storage_key: null,
          generation: 0,
          worker: null,
          state_at: 0,
        })),
      )
      .execute(),
  );
}
