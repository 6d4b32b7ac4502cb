import { hostname } from 'node:os';
import { administers } from '../../access/administers.ts';
import type { Authenticate } from '../../access/authenticate.ts';
import { countUploads } from '../../content/uploads/upload-reads.ts';
import { AppError } from '../../lib/errors.ts';
import { version } from '../../platform/config/version.ts';
import type { RequestContext } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import type { TrustedProxies } from '../../platform/http/trusted-proxies.ts';
import { type Instance, type InstanceLoad, Instances } from '../../platform/locks/instances.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { Exposition } from '../../platform/metrics/exposition.ts';
import { inTime } from '../../platform/metrics/in-time.ts';
import { RecentLoad } from '../../platform/metrics/recent-load.ts';
import { instancesView } from './instances-view.ts';
import { metricSources } from './metric-sources.ts';
import { guardedRoutes, openRoutes } from './routes.ts';
import type { SourcesDeps } from './sources-deps.ts';

export interface MetricsDeps extends Omit<SourcesDeps, 'recent' | 'instances' | 'version' | 'host'> {
  readonly authenticate: Authenticate;
  readonly proxies: TrustedProxies;
  readonly log: Logger;
}

export interface Metrics extends AsyncDisposable {
  /** Beside everything else. */
  readonly routes: Routes;
  /** On a listener of their own. */
  readonly ownRoutes: Routes;
  /** Server processes that live, the oldest first. */
  readonly instances: () => Promise<readonly Instance[]>;
  /** What `health` tells an administrator beyond what it tells everybody. */
  readonly details: (
    header: string | undefined,
    context: RequestContext,
  ) => Promise<Readonly<Record<string, unknown>> | undefined>;
}

export async function createMetrics(deps: MetricsDeps): Promise<Metrics> {
  const { db, log, instance, proxies, meter } = deps;
  await using stack = new AsyncDisposableStack();
  const recent = stack.use(new RecentLoad(() => meter.ended));
  const load = () => loadOf(deps, recent);
  const own = { name: instance, host: hostname(), version: version(), pid: process.pid };
  const instances = stack.use(await Instances.start({ db, log, load }, own));
  const exposition = new Exposition(
    metricSources({ ...deps, version: own.version, host: own.host, recent, instances }),
    (metric, error) => log.debug({ metric, error }, 'a metric could not be found out'),
  );
  const mayRead = (header: string | undefined, context: RequestContext) => administers(deps, header, context);
  const rest = stack.move();
  return {
    routes: guardedRoutes({ exposition, proxies, administers: mayRead }),
    ownRoutes: openRoutes(exposition),
    instances: () => instances.list(),
    details: async (header, context) => {
      try {
        const may = await inTime(mayRead(header, context));
        return may ? instancesView(await inTime(instances.list())) : undefined;
      } catch (error) {
        // The health itself says that the database is away, also when it cannot be asked who asks.
        if (!(error instanceof AppError)) log.warn({ error }, 'the instances could not be listed');
        return undefined;
      }
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

async function loadOf({ db, instance }: MetricsDeps, recent: RecentLoad): Promise<InstanceLoad> {
  const { size = 0, idle = 0, limit = 0, waiting = 0 } = db.use.pool ?? {};
  const { held } = await countUploads(db.reader, { instance, now: await db.now() });
  return {
    requestsPerMinute: Math.round(recent.requestsPerSecond * 60),
    lagP99Us: Math.round(recent.lagP99Seconds * 1e6),
    poolUsed: size - idle,
    poolLimit: limit,
    poolWaiting: waiting,
    leases: held,
    rssBytes: process.memoryUsage.rss(),
  };
}
