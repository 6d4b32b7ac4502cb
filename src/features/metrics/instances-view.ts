import { apiTime } from '../../platform/http/api/api-time.ts';
import type { Instance } from '../../platform/locks/instances.ts';

/** What an administrator is told of each living instance, and of all together. */
export function instancesView(instances: readonly Instance[]): Readonly<Record<string, unknown>> {
  const sum = (of: (instance: Instance) => number): number =>
    instances.reduce((all, instance) => all + of(instance), 0);
  return {
    instances: instances.map((each) => ({
      name: each.name,
      host: each.host,
      version: each.version,
      started_time: apiTime(each.startedAt),
      seen_time: apiTime(each.seenAt),
      requests_per_minute: each.requestsPerMinute,
      event_loop_lag_p99_us: each.lagP99Us,
      database_connections: each.poolUsed,
      database_connections_max: each.poolLimit,
      database_connection_waiters: each.poolWaiting,
      leases: each.leases,
      resident_memory_bytes: each.rssBytes,
    })),
    totals: {
      instances: instances.length,
      requests_per_minute: sum(({ requestsPerMinute }) => requestsPerMinute),
      // The worst one: lags do not add up.
      event_loop_lag_p99_us: instances.reduce((most, { lagP99Us }) => Math.max(most, lagP99Us), 0),
      database_connections: sum(({ poolUsed }) => poolUsed),
      database_connections_max: sum(({ poolLimit }) => poolLimit),
      database_connection_waiters: sum(({ poolWaiting }) => poolWaiting),
      leases: sum(({ leases }) => leases),
      resident_memory_bytes: sum(({ rssBytes }) => rssBytes),
    },
  };
}
