import { workerCount } from '../../platform/jobs/job-workers.ts';
import type { Durations, Sample } from '../../platform/metrics/durations.ts';
import type { RequestMeter, RequestSeries } from '../../platform/metrics/request-meter.ts';
import type { SourcesDeps } from './sources-deps.ts';

type Labels = Sample['labels'];

const one = (value: number, labels: Labels = {}): Sample[] => [{ labels, value }];

/** Harbor's and distribution's names for what this instance does: they add up. */
export function harborCounters({ meter, operations, jobMeter, caches, store, instance, host }: SourcesDeps) {
  const nameOf = operationNames(operations);
  return {
    harborInFlight: () => one(meter.inFlight),
    harborRequests: () => countsBy(meter, (series) => ({ method: series.method, operation: nameOf(series) })),
    harborDurations: () =>
      durationsBy(meter, (series) => ({ method: series.method, operation: nameOf(series) })).flatMap(
        ({ labels, durations }) => durations.summary(labels),
      ),
    harborJobservice: () => one(1, { node: host, pool: instance, workers: workerCount }),
    harborTasks: () => jobMeter.counts(),
    harborTaskTimes: () => jobMeter.durations(),
    harborProxied: () => [],
    harborUpstream: () => [],
    guidePulls: () => {
      const pulls = meter
        .all()
        .filter(({ route, method }) => route === manifests && method === 'GET')
        .flatMap(({ byStatus }) => [...byStatus].filter(([status]) => status === 200));
      return one(pulls.reduce((sum, [, count]) => sum + count, 0));
    },
    distributionRequests: () => countsBy(meter, handled),
    distributionDurations: () =>
      durationsBy(meter, handled).flatMap(({ labels, durations }) => durations.samples(labels)),
    distributionInFlight: () => {
      const flying = meter.routesInFlight.map((route) => handlers.get(route));
      return [...new Set(handlers.values())].flatMap((handler) =>
        one(flying.filter((each) => each === handler).length, { handler }),
      );
    },
    distributionRequestSizes: () => sizesBy(meter, 'received'),
    distributionAnswerSizes: () => sizesBy(meter, 'sent'),
    distributionActions: () => store.actions.samples({ driver: 'filesystem' }),
    distributionCache: () => {
      const uses = Object.values(caches).map(({ use }) => use);
      const [hits, misses] = [
        uses.reduce((sum, use) => sum + use.hits, 0),
        uses.reduce((sum, use) => sum + use.misses, 0),
      ];
      return [
        ...one(hits + misses, { type: 'Request' }),
        ...one(hits, { type: 'Hit' }),
        ...one(misses, { type: 'Miss' }),
      ];
    },
  };
}

const manifests = '/v2/<name>/manifests/<reference>';

/** Of Docker's registry, by the patterns of addresses. */
const handlers: ReadonlyMap<string, string> = new Map([
  ['/v2/', 'base'],
  ['/v2/_catalog', 'catalog'],
  [manifests, 'manifest'],
  ['/v2/<name>/tags/list', 'tags'],
  ['/v2/<name>/blobs/<digest>', 'blob'],
  ['/v2/<name>/blobs/uploads/', 'blob_upload'],
  ['/v2/<name>/blobs/uploads/<id>', 'blob_upload_chunk'],
]);

/** Harbor's, where they differ. */
const v2Operations: Readonly<Record<string, string>> = {
  catalog: 'v2_catalog',
  manifest: 'v2_manifest',
  tags: 'v2_tags',
  blob: 'v2_blob',
  blob_upload: 'v2_blob_upload',
  blob_upload_chunk: 'v2_blob_upload',
};

function operationNames(operations: SourcesDeps['operations']) {
  const names = new Map(
    operations.map(({ method, path, operationId }) => [`${method} ${path}`, operationId]),
  );
  return ({ route, method }: RequestSeries): string => {
    const v2 = v2Operations[handlers.get(route) ?? ''];
    if (v2 !== undefined) return v2;
    if (route.startsWith('/v2/')) return route.includes('/referrers/') ? 'v2_referrers' : 'v2_others';
    return names.get(`${method} ${route}`) ?? 'unknown';
  };
}

function handled({ route, method }: RequestSeries): Labels | undefined {
  const handler = handlers.get(route);
  // In the words of its library.
  return handler === undefined ? undefined : { handler, method: method.toLowerCase() };
}

type LabelsOf = (series: RequestSeries) => Labels | undefined;

/** Several routes may be one operation: a name is told once. */
function durationsBy(
  meter: RequestMeter,
  labelsOf: LabelsOf,
  of: (series: RequestSeries) => Durations = ({ durations }) => durations,
): readonly { readonly labels: Labels; readonly durations: Durations }[] {
  const found = new Map<string, { readonly labels: Labels; readonly durations: Durations }>();
  for (const series of meter.all()) {
    const labels = labelsOf(series);
    if (labels === undefined) continue;
    const key = JSON.stringify(labels);
    const sum = found.get(key) ?? { labels, durations: of(series).empty() };
    sum.durations.add(of(series));
    found.set(key, sum);
  }
  return [...found.values()];
}

function sizesBy(meter: RequestMeter, of: 'received' | 'sent'): Sample[] {
  const byHandler: LabelsOf = ({ route }) => {
    const handler = handlers.get(route);
    return handler === undefined ? undefined : { handler };
  };
  return durationsBy(meter, byHandler, (series) => series[of]).flatMap(({ labels, durations }) =>
    durations.samples(labels),
  );
}

function countsBy(meter: RequestMeter, labelsOf: LabelsOf): Sample[] {
  const found = new Map<string, Sample>();
  for (const series of meter.all()) {
    const labels = labelsOf(series);
    if (labels === undefined) continue;
    for (const [code, count] of series.byStatus) {
      const all = { ...labels, code };
      const key = JSON.stringify(all);
      found.set(key, { labels: all, value: (found.get(key)?.value ?? 0) + count });
    }
  }
  return [...found.values()];
}
