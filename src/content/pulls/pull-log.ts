import { isLogged } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { type Actor, append, appendAll } from '../../platform/events/append.ts';
import type { Logger } from '../../platform/log/logger.ts';

const everyMs = 1000;
/** Different ones within a second, or while the database is away; beyond that they are counted as `many`. */
const maxRemembered = 20_000;
/** More at once would hold up those who push. */
const rowsAtOnce = 500;

export interface LoggedPull {
  readonly actor: Actor;
  readonly projectId: number;
  readonly repositoryName: string;
  readonly digest: string;
  /** Undefined: by a digest. */
  readonly tag: string | undefined;
}

interface Counted extends LoggedPull {
  count: number;
  /** The audit log does not show it: a webhook asked for it, which needs none of the log's indexes. */
  readonly step: boolean;
}

/** Who asks for the pulls of projects, whatever the audit log does. */
export interface PullWishes {
  has(projectId: number): boolean;
  /** Asks the database what is wished now. */
  refresh(): Promise<void>;
}

export interface PullLogDeps {
  readonly db: Pick<Database, 'now' | 'transaction'>;
  readonly log: Logger;
  /** Whether pulls are left out of the audit log now. */
  readonly off: () => boolean;
  readonly wishes: PullWishes;
  readonly maxRemembered?: number;
}

/**
 * Who pulls what, for the audit log: remembered for a second and written down at once, one row for each client, artifact
 * and tag with the number of its pulls. A pull never waits for it, and a crash loses the last second.
 */
export class PullLog implements AsyncDisposable {
  readonly #deps: PullLogDeps;
  readonly #timer: NodeJS.Timeout;
  #pulls = new Map<string, Counted>();
  #many = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: PullLogDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => void this.flush(), everyMs).unref();
  }

  add(pull: LoggedPull): void {
    const { off, wishes } = this.#deps;
    const step = off();
    if (step && !wishes.has(pull.projectId)) return;
    const { actor, repositoryName, digest, tag = '' } = pull;
    const key = `${actor.principal}\n${actor.address}\n${repositoryName}@${digest}\n${tag}\n${actor.client}\n${step}`;
    const known = this.#pulls.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#pulls.size < (this.#deps.maxRemembered ?? maxRemembered))
      this.#pulls.set(key, { ...pull, step, count: 1 });
    else this.#many += 1;
  }

  /** Resolves once what was added before is written down; while the database is away it is kept. */
  async flush(): Promise<void> {
    const before = this.#writing;
    this.#writing = before.then(() => this.#write());
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { log, off, wishes } = this.#deps;
    try {
      if (off()) await wishes.refresh();
      await this.#writeMany();
      const { true: steps = [], false: shown = [] } = Object.groupBy([...this.#pulls], ([, { step }]) =>
        step ? 'true' : 'false',
      );
      await this.#writeAll(shown, {});
      await this.#writeAll(steps, { step: true });
    } catch (error) {
      // An outage is in the log already.
      if (!isLogged(error)) log.warn({ error }, 'pulls could not be written to the audit log yet');
    }
  }

  async #writeAll(
    pulls: readonly (readonly [string, Counted])[],
    of: { readonly step?: true },
  ): Promise<void> {
    const { db } = this.#deps;
    for (let from = 0; from < pulls.length; from += rowsAtOnce) {
      const now = await db.now();
      const rows = pulls.slice(from, from + rowsAtOnce);
      // From here on the next pull of the same begins a row of its own.
      for (const [key] of rows) this.#pulls.delete(key);
      try {
        await db.transaction(
          (tx) =>
            appendAll(tx, {
              type: 'artifact.pulled',
              at: now,
              rows: rows.map(([, pull]) => rowOf(pull)),
              ...of,
            }),
          { durability: 'relaxed' },
        );
      } catch (error) {
        for (const [key, pull] of rows) this.#keep(key, pull);
        throw error;
      }
    }
  }

  #keep(key: string, pull: Counted): void {
    const since = this.#pulls.get(key);
    if (since === undefined) this.#pulls.set(key, pull);
    else since.count += pull.count;
  }

  async #writeMany(): Promise<void> {
    const count = this.#many;
    if (count === 0) return;
    const { db } = this.#deps;
    const at = await db.now();
    const actor = { principal: 'anonymous', address: '', client: '', requestId: '' };
    await db.transaction(
      (tx) =>
        append(tx, { type: 'artifact.pulled', at, actor, projectId: null, object: 'many', data: { count } }),
      { durability: 'relaxed' },
    );
    this.#many -= count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}

function rowOf({ actor, projectId, repositoryName, digest, tag, count }: Counted) {
  return { actor, projectId, object: `${repositoryName}@${digest}`, data: { tag: tag ?? null, count } };
}
