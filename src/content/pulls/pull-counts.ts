import { isLogged } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { countPulls, setPulled } from './pull-writes.ts';
import { addTraffic, type Traffic } from './traffic-writes.ts';

const everyMs = 1000;
/** More than that within a second, and some of the times are lost; the numbers are not. */
const maxRemembered = 50_000;

export interface Pull {
  readonly repositoryId: number;
  readonly artifactId: number;
  /** Undefined: by a digest. */
  readonly tagId: number | undefined;
}

/** How often and when clients pull, and how many bytes they move, remembered for a second and written down at once: a pull never waits for it. */
export class PullCounts implements AsyncDisposable {
  readonly #deps: { readonly db: Database; readonly log: Logger };
  readonly #timer: NodeJS.Timeout;
  #byRepository = new Map<number, number>();
  #artifacts = new Set<number>();
  #tags = new Set<number>();
  #traffic = new Map<string, Traffic>();
  #writing: Promise<void> | undefined;

  constructor(deps: { readonly db: Database; readonly log: Logger }) {
    this.#deps = deps;
    this.#timer = setInterval(() => void this.flush(), everyMs).unref();
  }

  add({ repositoryId, artifactId, tagId }: Pull): void {
    this.#byRepository.set(repositoryId, (this.#byRepository.get(repositoryId) ?? 0) + 1);
    if (this.#artifacts.size < maxRemembered) this.#artifacts.add(artifactId);
    if (tagId !== undefined && this.#tags.size < maxRemembered) this.#tags.add(tagId);
  }

  /** Bytes of content that an account has moved; those of a push once it was answered. */
  addBytes(
    { projectId, account }: { readonly projectId: number; readonly account: string },
    moved: { readonly pushed?: number; readonly pulled?: number },
  ): void {
    const key = `${projectId} ${account}`;
    let row = this.#traffic.get(key);
    if (row === undefined) {
      row = { projectId, account, pushedBytes: 0, pulledBytes: 0 };
      this.#traffic.set(key, row);
    }
    row.pushedBytes += moved.pushed ?? 0;
    row.pulledBytes += moved.pulled ?? 0;
  }

  /** Resolves once what was added before is written down, or lost because the database is away. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#byRepository.size === 0 && this.#traffic.size === 0) return;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { db, log } = this.#deps;
    const pulls = this.#byRepository;
    const traffic = [...this.#traffic.values()];
    const artifactIds = [...this.#artifacts];
    const tagIds = [...this.#tags];
    this.#byRepository = new Map();
    this.#artifacts = new Set();
    this.#tags = new Set();
    this.#traffic = new Map();
    try {
      const now = await db.now();
      await db.transaction(
        async (tx) => {
          if (pulls.size > 0) await countPulls(tx, pulls);
          if (artifactIds.length > 0) await setPulled(tx, { artifactIds, tagIds, now });
          await addTraffic(tx, traffic, now);
        },
        { durability: 'relaxed' },
      );
    } catch (error) {
      // They cost something, so they wait until the database is back.
      for (const { pushedBytes: pushed, pulledBytes: pulled, ...whose } of traffic)
        this.addBytes(whose, { pushed, pulled });
      // An outage is in the log already.
      if (!isLogged(error)) log.warn({ error }, 'pulls could not be counted');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}
