import { AppError } from '../../lib/errors.ts';
import { isNoDescriptor } from '../../platform/blobstore/translate-file-error.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { type IdentityDeps, storeMatches } from './claim-store.ts';

const everyMs = 30_000;
/** While it is not the right one: nobody waits long for its return. */
const whileAwayMs = 1_000;

/**
 * Looks at the store's marker again and again. While it is gone or another one's, nothing is served and nothing is
 * deleted or called missing; when it is back, so is the service.
 */
export class StoreWatch implements Disposable {
  readonly #deps: IdentityDeps;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #ours = true;
  #ended = false;

  constructor(deps: IdentityDeps, log: Logger) {
    this.#deps = deps;
    this.#log = log;
    this.#lookLater();
  }

  /** As of the last look. */
  get ours(): boolean {
    return this.#ours;
  }

  get problem(): string | undefined {
    return this.#ours ? undefined : 'the storage is not the one this registry belongs to';
  }

  /** Looks now. */
  async check(): Promise<boolean> {
    let ours = this.#ours;
    let error: unknown;
    try {
      ours = await storeMatches(this.#deps);
    } catch (cause) {
      error = cause;
      // A process that may not open the marker knows nothing: what is served goes on, and nothing is judged.
      if (isNoDescriptor(cause)) return false;
      // A database that is away says nothing about the store.
      if (!(cause instanceof AppError && cause.code === 'DATABASE_UNAVAILABLE')) ours = false;
    }
    if (ours !== this.#ours) {
      this.#ours = ours;
      this.#lookLater();
      if (ours) this.#log.info({}, 'the storage is back');
      else
        this.#log.error(
          { error },
          'the storage is not the one this registry belongs to, or its marker is gone',
        );
    }
    return ours;
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #lookLater(): void {
    if (this.#ended) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), this.#ours ? everyMs : whileAwayMs).unref();
  }

  async #look(): Promise<void> {
    await this.check();
    this.#lookLater();
  }
}
