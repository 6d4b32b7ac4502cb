import { AppError } from '../../lib/errors.ts';

export interface HealthDeps {
  /** Rejects when the database does not answer. */
  readonly askDatabase: () => Promise<unknown>;
  /** Undefined, or in one sentence what is wrong with the storage. Rejects when it does not answer. */
  readonly storageProblem: () => Promise<string | undefined>;
  /** How many blobs are known to be damaged or gone, counted up to `limit`. */
  readonly countMissing: (limit: number) => Promise<number>;
  /** Undefined, or in one sentence that the newest copy of the database is old. */
  readonly snapshotProblem: () => Promise<string | undefined>;
  /** Undefined, or in one sentence that the audit log waits to be forwarded. */
  readonly forwardingProblem: () => Promise<string | undefined>;
  /** Undefined, or in one sentence what is wrong with the certificate, or will be soon. */
  readonly certificateProblem: () => string | undefined;
  /** Undefined, or in one sentence that more is open than anybody would want. */
  readonly accessProblem: () => string | undefined;
}

export interface Component {
  readonly name: string;
  readonly status: 'healthy' | 'unhealthy';
  readonly error?: string;
}

export interface Health {
  readonly status: Component['status'];
  readonly components: readonly Component[];
}

const patienceMs = 3000;
const freshMs = 1000;
const mostCounted = 1000;

/**
 * By Harbor's names, each for the part of Berth that does that work: `core` is the process that answers, `redis`
 * (locks, what instances share) and `jobservice` (what waits for its turn) are the database's, `registry` and
 * `registryctl` the storage's. `content` is there only while blobs are damaged or gone, `snapshots` while the
 * newest copy of the database is old, `auditforward` while the audit log cannot be forwarded, `certificate` while it has ended, or is about to, `access` where
 * everybody may push: everything else works.
 * `portal` is left out: there is no console. Whoever asks often is told what was found within the last second, so
 * that nobody can wear the database down by asking.
 */
export function createHealth(deps: HealthDeps): () => Promise<Health> {
  let last: { readonly health: Promise<Health>; readonly until: number } | undefined;
  return () => {
    if (last !== undefined && last.until > performance.now()) return last.health;
    last = { health: check(deps), until: performance.now() + freshMs };
    return last.health;
  };
}

async function check(deps: HealthDeps): Promise<Health> {
  const silent = 'the database does not answer';
  const [database, storage, damaged, old, late] = await Promise.all([
    inTime(deps.askDatabase().then(nothing), silent),
    inTime(deps.storageProblem(), 'the storage does not answer'),
    inTime(damage(deps), silent),
    inTime(deps.snapshotProblem(), silent),
    inTime(deps.forwardingProblem(), silent),
  ]);
  // What cannot be found out because the database or the storage is away is told by their names.
  const content = database === undefined ? damaged : undefined;
  const snapshots = database === undefined && storage === undefined ? old : undefined;
  const forwarding = database === undefined ? late : undefined;
  const [certificate, access] = [deps.certificateProblem(), deps.accessProblem()];
  const components = [
    component('core', undefined),
    component('database', database),
    component('jobservice', database),
    component('redis', database),
    component('registry', storage),
    component('registryctl', storage),
    ...(content === undefined ? [] : [component('content', content)]),
    ...(snapshots === undefined ? [] : [component('snapshots', snapshots)]),
    ...(forwarding === undefined ? [] : [component('auditforward', forwarding)]),
    ...(certificate === undefined ? [] : [component('certificate', certificate)]),
    ...(access === undefined ? [] : [component('access', access)]),
  ];
  const healthy = components.every(({ status }) => status === 'healthy');
  return { status: healthy ? 'healthy' : 'unhealthy', components };
}

function component(name: string, error: string | undefined): Component {
  return error === undefined ? { name, status: 'healthy' } : { name, status: 'unhealthy', error };
}

async function damage(deps: HealthDeps): Promise<string | undefined> {
  const count = await deps.countMissing(mostCounted + 1);
  if (count === 0) return undefined;
  const counted = count > mostCounted ? `more than ${mostCounted}` : String(count);
  return `${counted} blobs are damaged or gone; berth verify storage names them, pushing their images again heals them`;
}

/** @param silent what is said when nothing is, or when it cannot be said to everybody */
async function inTime(problem: Promise<string | undefined>, silent: string): Promise<string | undefined> {
  const { promise: patience, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve(silent), patienceMs);
  // What a driver says may name hosts and users; this is told to everybody.
  const answered = problem.catch((error: unknown) => (error instanceof AppError ? error.message : silent));
  const found = await Promise.race([answered, patience]);
  clearTimeout(timer);
  return found;
}

function nothing(): undefined {
  return undefined;
}
