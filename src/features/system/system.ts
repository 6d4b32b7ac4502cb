import type { RestRoute } from '../../access/rest-route.ts';
import type { Gate, Routes } from '../../platform/http/server.ts';
import { createHealth, type Health } from './health.ts';
import { createReadOnlyGate } from './read-only-gate.ts';
import { restRoutes, type SystemDeps, systemRoutes } from './routes.ts';
import type { StateDeps } from './state-route.ts';

export function createSystem(deps: SystemDeps): {
  readonly routes: Routes;
  readonly restRoutes: readonly RestRoute[];
  readonly health: () => Promise<Health>;
  readonly readOnlyGate: Gate;
} {
  const health = createHealth(deps);
  return {
    routes: systemRoutes(deps),
    restRoutes: restRoutes(deps, health),
    health,
    readOnlyGate: createReadOnlyGate(deps.readOnly),
  };
}

/** So long some of the pulls go on without the database. */
const servedWithoutMs = 60_000;

/**
 * Undefined, or why nothing can be served. Not at once when the database goes away: a balancer that asks would leave out
 * every instance of it, and end the pulls that go on.
 */
export function databaseProblem(db: { readonly awayMs: number }): string | undefined {
  return db.awayMs > servedWithoutMs ? 'the database does not answer' : undefined;
}

/**
 * As somebody looks for it who asks why there are no metrics.
 * @param asked where it was to listen
 * @param port at which it listens; undefined: it does not
 */
export function metricsListenerOf(
  asked: { readonly host: string; readonly port: number } | undefined,
  port: number | undefined,
): StateDeps['metricsListener'] {
  if (asked === undefined) return { state: 'off', address: undefined };
  const host = asked.host === '' ? '*' : asked.host;
  return {
    state: port === undefined ? 'taken' : 'listening',
    address: `${host.includes(':') ? `[${host}]` : host}:${port ?? asked.port}`,
  };
}

/** The same at the socket of the operator: what the operator alone can do goes on. */
export function operatorGate(gate: Gate): Gate {
  const ofOthers = /^\/(?:api\/(?!berth\/v1\/grants)|v2\/)/;
  return (request) => (ofOthers.test(request.url ?? '') ? gate(request) : undefined);
}
