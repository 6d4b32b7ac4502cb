import { AppError, isLogged } from '../../../lib/errors.ts';
import type { Logger } from '../../log/logger.ts';
import type { Migration } from '../migration.ts';
import { migrations } from '../migrations.ts';
import { checkVersion, SchemaTooNew } from '../schema-too-new.ts';

const everyMs = 10_000;

export interface SchemaWatchDeps {
  /** The oldest code that the database can be used by, as it says itself. */
  readonly minCompatibleVersion: () => Promise<number>;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Of this code. */
  readonly steps?: readonly Migration[];
}

/**
 * Asks again and again whether a newer instance has changed the schema beyond what this code can work on. From then on
 * nothing is read or written: what this code takes for granted may not hold any more.
 */
export class SchemaWatch implements Disposable {
  readonly #deps: SchemaWatchDeps;
  readonly #timer: NodeJS.Timeout;
  #outgrown: SchemaTooNew | undefined;

  constructor(deps: SchemaWatchDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => void this.look(), everyMs).unref();
  }

  /** Undefined, or in one sentence why this code may not use the database any more. As of the last look. */
  get problem(): string | undefined {
    return this.#outgrown === undefined ? undefined : problem;
  }

  /** @throws AppError DATABASE_UNAVAILABLE when this code is too old by now */
  refuseOutgrown(): void {
    if (this.#outgrown === undefined) return;
    throw new AppError('DATABASE_UNAVAILABLE', { message: problem }, { cause: this.#outgrown });
  }

  async look(): Promise<void> {
    const { log } = this.#deps;
    let found: SchemaTooNew | undefined;
    try {
      found = await this.#find();
    } catch (error) {
      // A database that is away says nothing about its schema.
      if (isLogged(error)) return;
      log.warn({ error }, 'the version of the schema could not be looked at');
      return;
    }
    const before = this.#outgrown;
    this.#outgrown = found;
    if (found !== undefined && before === undefined) {
      const { needed, known } = found;
      log.error({ needed, known }, `${problem}; replace it by the newer version`);
    }
    // As when the database is put back to a backup.
    if (found === undefined && before !== undefined) log.info({}, 'the schema is one that this server knows');
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #find(): Promise<SchemaTooNew | undefined> {
    const { minCompatibleVersion, steps = migrations } = this.#deps;
    try {
      checkVersion({ min_compatible_version: await minCompatibleVersion() }, steps);
      return undefined;
    } catch (error) {
      if (error instanceof SchemaTooNew) return error;
      throw error;
    }
  }
}

const problem = 'a newer version has changed the database so that this server cannot use it any more';
