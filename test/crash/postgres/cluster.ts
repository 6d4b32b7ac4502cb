import { readFileSync } from 'node:fs';
import type { RegistryClient } from '../../harness/registry-client.ts';
import type { BerthServer, LogLine } from '../../harness/start-server.ts';
import { waitUntil } from '../../harness/wait-until.ts';
import { SharedDatabase } from '../../postgres/two-servers.ts';
import { Nginx } from '../../proxy/nginx.ts';
import { withSweeps } from '../with-sweeps.ts';
import { Disturbances } from './disturbances.ts';
import { DisturbedClient } from './disturbed-client.ts';
import { lowPort } from './low-port.ts';
import { OwnPostgres } from './own-postgres.ts';

/** What dies in a round: instances by their place, the database, or both. */
export interface Casualties {
  readonly instances: readonly number[];
  readonly postgres: boolean;
}

/** A request that was on its way to what was killed may fail; one that begins later is answered by the others. */
const afterMs = 2000;

const instanceNames = ['one', 'two', 'three'];

/** Three instances behind the nginx that ships, on one PostgreSQL and one storage. */
export class Cluster implements AsyncDisposable {
  readonly disturbances = new Disturbances();
  readonly instances: readonly BerthServer[];
  readonly database: SharedDatabase;
  readonly #nginx: Nginx;
  readonly postgres: OwnPostgres;
  readonly #stack: AsyncDisposableStack;
  /** Of processes that are gone. */
  readonly #earlier: LogLine[] = [];

  private constructor(parts: {
    readonly instances: readonly BerthServer[];
    readonly database: SharedDatabase;
    readonly nginx: Nginx;
    readonly postgres: OwnPostgres;
    readonly stack: AsyncDisposableStack;
  }) {
    this.instances = parts.instances;
    this.database = parts.database;
    this.#nginx = parts.nginx;
    this.postgres = parts.postgres;
    this.#stack = parts.stack;
  }

  /** @param settings of PostgreSQL, `name=value` */
  static async start(settings: readonly string[] = []): Promise<Cluster> {
    await using stack = new AsyncDisposableStack();
    const postgres = stack.use(await OwnPostgres.start(settings));
    const database = stack.use(await SharedDatabase.create(postgres.url));
    const instances: BerthServer[] = [];
    for (const name of instanceNames) {
      // Where the balancer looks for it when it comes back.
      const args = ['--listen', `127.0.0.1:${await lowPort()}`, '--trusted-proxies', '127.0.0.1'];
      instances.push(await database.start(name, { ...withSweeps, args, limitMs: 60_000 }));
    }
    const nginx = stack.use(await Nginx.start(instances.map(({ port }) => port)));
    return new Cluster({ instances, database, nginx, postgres, stack: stack.move() });
  }

  /** Of all instances, the dead ones too. */
  get log(): readonly LogLine[] {
    return [...this.#earlier, ...this.instances.flatMap(({ log }) => log)];
  }

  /** By way of nginx, like the other. */
  client(): RegistryClient {
    return this.#nginx.client();
  }

  /** Its requests may fail while something dies. */
  disturbedClient(ending?: AbortSignal): DisturbedClient {
    const { port, ca } = this.#nginx;
    const { disturbances } = this;
    return new DisturbedClient({ port, ca: readFileSync(ca, 'utf8'), disturbances, ending });
  }

  /** `kill -9`. Returns what brings it all back. */
  async kill({ instances, postgres }: Casualties): Promise<() => Promise<void>> {
    const some = !postgres && instances.length < this.instances.length;
    const end = this.disturbances.begin(some ? afterMs : undefined);
    const killed = this.instances.filter((_, index) => instances.includes(index));
    await Promise.all([...killed.map((each) => each.kill()), ...(postgres ? [this.postgres.kill()] : [])]);
    return async () => {
      // Requests that come to an instance while it starts are refused.
      const ready = this.disturbances.begin();
      if (postgres) await this.postgres.restart();
      for (const { log } of killed) this.#earlier.push(...log);
      await Promise.all(killed.map((each) => each.restart()));
      // Who was there all the time asks every half second whether the database is back.
      if (postgres) await Promise.all(this.instances.map(reachesDatabase));
      ready();
      if (!some) end();
    };
  }

  /** What listens where, and what is gone although nobody killed it. */
  get state(): string {
    const told = this.instances.map(({ port, hasEnded, stderr }) =>
      hasEnded ? `${port} has ended: ${stderr.slice(-2000)}` : String(port),
    );
    return `PostgreSQL on ${new URL(this.postgres.url).port}, instances on ${told.join(', ')}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The database is dropped in it, also behind a failure in the middle of a round.
    if (!this.postgres.isRunning) await this.postgres.restart();
    await this.#stack.disposeAsync();
  }
}

async function reachesDatabase(instance: BerthServer): Promise<void> {
  const client = instance.client();
  await waitUntil(
    'an instance reaches the database again',
    async () => (await client.get('/v2/_catalog?n=1')).status === 200,
  );
}
