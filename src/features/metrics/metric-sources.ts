import { countMissing } from '../../content/blobs/blob-reads.ts';
import { countUploads } from '../../content/uploads/upload-reads.ts';
import type { Space } from '../../platform/blobstore/blob-store.ts';
import type { BytesCache } from '../../platform/cache/bytes-cache.ts';
import type { Passwords } from '../../platform/crypto/password.ts';
import type { MeasuredDatabase } from '../../platform/db/database.ts';
import type { Instance, Instances } from '../../platform/locks/instances.ts';
import { atMostEachSecond } from '../../platform/metrics/at-most-each-second.ts';
import type { Sample } from '../../platform/metrics/durations.ts';
import type { MetricSources } from '../../platform/metrics/exposition.ts';
import type { RecentLoad } from '../../platform/metrics/recent-load.ts';
import type { RequestMeter } from '../../platform/metrics/request-meter.ts';
import type { Traffic } from '../../platform/metrics/traffic.ts';
import type { HashPool } from '../../platform/threads/hash-pool.ts';

export interface SourcesDeps {
  readonly db: MeasuredDatabase;
  readonly version: string;
  /** Names this process in leases. */
  readonly instance: string;
  readonly instances: Instances;
  readonly meter: RequestMeter;
  readonly traffic: Traffic;
  readonly recent: RecentLoad;
  readonly hashPool: HashPool;
  readonly passwords: Passwords;
  readonly caches: Readonly<Record<string, BytesCache>>;
  /** Its space; undefined: it has no end. */
  readonly store: { space(): Promise<Space | undefined> };
  /** Undefined: the audit log is not forwarded. */
  readonly forwardingLag: () => Promise<{ readonly count: number; readonly seconds: number } | undefined>;
  readonly components: () => Promise<readonly { readonly name: string; readonly status: string }[]>;
}

const mostMissing = 100_000;

/** Where each metric comes from. */
export function metricSources(deps: SourcesDeps): MetricSources {
  return {
    ...ofRequests(deps),
    ...ofDatabase(deps),
    ...ofWork(deps),
    ...ofContent(deps),
    ...ofForwarding(deps),
    ...ofInstances(deps),
  };
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

function ofContent({ db, instance, store }: SourcesDeps) {
  const uploads = atMostEachSecond(async () => countUploads(db.reader, { instance, now: await db.now() }));
  return {
    storageFree: async () => some(await store.space(), ({ freeBytes }) => one(freeBytes)),
    storageSize: async () => some(await store.space(), ({ capacityBytes }) => one(capacityBytes)),
    uploadsOpen: async () => one((await uploads()).open),
    leasesHeld: async () => one((await uploads()).held),
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
