import { countMissing } from '../../content/blobs/blob-reads.ts';
import { countUploads } from '../../content/uploads/upload-reads.ts';
import type { BytesCache } from '../../platform/cache/bytes-cache.ts';
import type { Instance } from '../../platform/locks/instances.ts';
import { atMostEachSecond } from '../../platform/metrics/at-most-each-second.ts';
import type { Sample } from '../../platform/metrics/durations.ts';
import type { MetricSources } from '../../platform/metrics/exposition.ts';
import { harborCounters } from './harbor-counters.ts';
import { harborTotals } from './harbor-totals.ts';
import type { SourcesDeps } from './sources-deps.ts';

const mostMissing = 100_000;

/** Where each metric comes from. */
export function metricSources(deps: SourcesDeps): MetricSources {
  return {
    ...ofRequests(deps),
    ...ofDatabase(deps),
    ...ofWork(deps),
    ...harborCounters(deps),
    leasesHeld: ofLeases(deps),
    ...byOne(deps, {
      ...ofContent(deps),
      ...ofForwarding(deps),
      ...ofInstances(deps),
      ...harborTotals(deps),
    }),
  };
}

/**
 * What is of the whole registry is told by one instance, the one that has lived longest, so that a sum over instances counts
 * it once.
 */
function byOne<T extends Readonly<Record<string, () => readonly Sample[] | Promise<readonly Sample[]>>>>(
  { instance, instances }: SourcesDeps,
  sources: T,
): { readonly [K in keyof T]: () => Promise<readonly Sample[]> } {
  const speaks = atMostEachSecond(async () => (await instances.list())[0]?.name === instance);
  return mapValues(sources, (read) => async () => ((await speaks()) ? read() : []));
}

function mapValues<T extends Readonly<Record<string, unknown>>, R>(
  values: T,
  change: (value: T[keyof T]) => R,
): { readonly [K in keyof T]: R } {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, change(value as T[keyof T])]),
  ) as { readonly [K in keyof T]: R };
}

function ofRequests({ version, components, meter, traffic, recent }: SourcesDeps) {
  return {
    build: () => one(1, { version }),
    component: async () =>
      (await components()).flatMap(({ name, status }) =>
        one(status === 'healthy' ? 1 : 0, { component: name }),
      ),
    requests: () => meter.counts(),
    requestDurations: () => meter.durations(),
    requestsInFlight: () => one(meter.inFlight),
    connections: () => one(traffic.connections),
    received: () => one(traffic.bytes.received),
    sent: () => one(traffic.bytes.sent),
    lag: () => one(recent.lagP99Seconds),
  };
}

function ofDatabase({ db }: SourcesDeps) {
  return {
    transactions: () => {
      const { done, failed } = db.use.transactions;
      return [...one(done, { result: 'done' }), ...one(failed, { result: 'failed' })];
    },
    transactionDurations: () => db.use.transactions.durations.samples(),
    groupCommits: () => some(db.use.log, ({ commits }) => one(commits)),
    logFlushes: () => some(db.use.log, ({ flushes }) => one(flushes)),
    poolConnections: () =>
      some(db.use.pool, ({ size, idle }) => [
        ...one(size - idle, { state: 'used' }),
        ...one(idle, { state: 'idle' }),
      ]),
    poolLimit: () => some(db.use.pool, ({ limit }) => one(limit)),
    poolWaiting: () => some(db.use.pool, ({ waiting }) => one(waiting)),
  };
}

function ofWork({ hashPool, passwords, caches }: SourcesDeps) {
  const ofCaches = (samples: (cache: BytesCache, name: string) => Sample[]) => () =>
    Object.entries(caches).flatMap(([name, cache]) => samples(cache, name));
  return {
    hashThreads: () => one(hashPool.load.threads),
    hashJobs: () => one(hashPool.load.jobs),
    hashPending: () => one(hashPool.load.pendingBytes),
    passwordsRunning: () => one(passwords.load.running),
    passwordsWaiting: () => one(passwords.load.waiting),
    cacheRequests: ofCaches(({ use }, cache) => [
      ...one(use.hits, { cache, result: 'hit' }),
      ...one(use.misses, { cache, result: 'miss' }),
    ]),
    cacheBytes: ofCaches(({ use }, cache) => one(use.bytes, { cache })),
    cacheEntries: ofCaches(({ use }, cache) => one(use.entries, { cache })),
  };
}

function ofLeases(deps: SourcesDeps) {
  const uploads = heldOf(deps);
  return async () => one((await uploads()).held);
}

function heldOf({ db, instance }: SourcesDeps) {
  return atMostEachSecond(async () => countUploads(db.reader, { instance, now: await db.now() }));
}

function ofContent(deps: SourcesDeps) {
  const { db, store } = deps;
  const uploads = heldOf(deps);
  return {
    storageFree: async () => some(await store.space(), ({ freeBytes }) => one(freeBytes)),
    storageSize: async () => some(await store.space(), ({ capacityBytes }) => one(capacityBytes)),
    uploadsOpen: async () => one((await uploads()).open),
    blobsMissing: async () => one(await countMissing(db.reader, mostMissing)),
  };
}

function ofForwarding({ forwardingLag }: SourcesDeps) {
  const lag = atMostEachSecond(forwardingLag);
  return {
    auditForwardWaiting: async () => some(await lag(), ({ count }) => one(count)),
    auditForwardLag: async () => some(await lag(), ({ seconds }) => one(seconds)),
  };
}

function ofInstances({ instances }: SourcesDeps) {
  const list = atMostEachSecond(() => instances.list());
  const each = (value: (instance: Instance) => number) => async () =>
    (await list()).flatMap((instance) => one(value(instance), { name: instance.name, host: instance.host }));
  return {
    instances: async () => {
      const byVersion = Map.groupBy(await list(), ({ version }) => version);
      return [...byVersion].flatMap(([version, those]) => one(those.length, { version }));
    },
    instanceRequests: each(({ requestsPerMinute }) => requestsPerMinute / 60),
    instanceLag: each(({ lagP99Us }) => lagP99Us / 1e6),
    instancePool: each(({ poolUsed }) => poolUsed),
    instanceLeases: each(({ leases }) => leases),
    instanceMemory: each(({ rssBytes }) => rssBytes),
  };
}

function one(value: number, labels: Sample['labels'] = {}): Sample[] {
  return [{ labels, value }];
}

function some<T>(of: T | undefined, samples: (value: T) => Sample[]): Sample[] {
  return of === undefined ? [] : samples(of);
}
