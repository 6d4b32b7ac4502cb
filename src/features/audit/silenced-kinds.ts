import { isLogged } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { silenceEvents } from '../../platform/events/silence-events.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { typesNamed } from './audit-kinds.ts';

const everyMs = 1000;

export interface SilencedKindsDeps {
  readonly db: Database;
  readonly log: Logger;
  /** Names such as `create_tag`, divided by commas. */
  readonly named: () => string;
}

/**
 * Tells the database which events the log leaves out: it is asked by each event, in whatever process, and a setting that
 * the start has fixed is not in it.
 */
export class SilencedKinds implements AsyncDisposable {
  readonly #deps: SilencedKindsDeps;
  readonly #timer: NodeJS.Timeout;
  #told: string | undefined;
  #telling: Promise<void> = Promise.resolve();

  constructor(deps: SilencedKindsDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => void this.tell(), everyMs).unref();
  }

  /** Resolves once it counts, unless the database is away. */
  async tell(): Promise<void> {
    const before = this.#telling;
    this.#telling = before.then(() => this.#tell());
    await this.#telling;
  }

  async #tell(): Promise<void> {
    const { db, log, named } = this.#deps;
    const names = named();
    if (names === this.#told) return;
    const types = typesNamed(new Set(names.split(',').map((name) => name.trim())));
    try {
      await silenceEvents({ db }, types);
      this.#told = names;
    } catch (error) {
      if (!isLogged(error)) log.warn({ error }, 'what the audit log leaves out could not be changed yet');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#telling;
  }
}
