import type { Space } from '../../platform/blobstore/blob-store.ts';
import type { BytesCache } from '../../platform/cache/bytes-cache.ts';
import type { Passwords } from '../../platform/crypto/password.ts';
import type { MeasuredDatabase } from '../../platform/db/database.ts';
import type { ApiRoute } from '../../platform/http/api/api-route.ts';
import type { Instances } from '../../platform/locks/instances.ts';
import type { ActionMeter } from '../../platform/metrics/action-meter.ts';
import type { JobMeter } from '../../platform/metrics/job-meter.ts';
import type { RecentLoad } from '../../platform/metrics/recent-load.ts';
import type { RequestMeter } from '../../platform/metrics/request-meter.ts';
import type { Traffic } from '../../platform/metrics/traffic.ts';
import type { Settings } from '../../platform/settings/settings.ts';
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
  readonly store: { space(): Promise<Space | undefined>; readonly actions: ActionMeter };
  /** Undefined: the audit log is not forwarded. */
  readonly forwardingLag: () => Promise<{ readonly count: number; readonly seconds: number } | undefined>;
  readonly settings: Settings;
  readonly jobMeter: JobMeter;
  /** This machine's name. */
  readonly host: string;
  /** The operations of the REST API, by method and pattern. */
  readonly operations: readonly Pick<ApiRoute, 'method' | 'path' | 'operationId'>[];
  readonly components: () => Promise<readonly { readonly name: string; readonly status: string }[]>;
}
