import { createKeyedHash } from '../../platform/crypto/keyed-hash.ts';
import type { SignedInPrincipal } from '../principal.ts';

export interface Verified {
  readonly principal: SignedInPrincipal;
  readonly passwordVersion: number;
}

interface Entry {
  readonly outcome: Promise<Verified | undefined>;
  /** By the monotonic clock. */
  readonly until: number;
}

const rememberMs = 5 * 60 * 1000;
const rememberFailureMs = 1000;
const maxEntries = 10_000;

/** Verifications by a keyed hash of what was sent, for a few minutes: verifying costs a thousand times a request. */
export class RememberedPasswords {
  readonly #name = createKeyedHash();
  readonly #entries = new Map<string, Entry>();

  /** What became of the same header lately, or is becoming of it now. */
  recall(header: string): Promise<Verified | undefined> | undefined {
    const entry = this.#entries.get(this.#name(header));
    return entry !== undefined && entry.until > performance.now() ? entry.outcome : undefined;
  }

  /** Everybody who comes with the same header meanwhile waits for this one run. */
  remember(header: string, outcome: Promise<Verified | undefined>): void {
    const name = this.#name(header);
    this.#entries.delete(name);
    this.#entries.set(name, { outcome, until: performance.now() + rememberMs });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > maxEntries && oldest !== undefined) this.#entries.delete(oldest);
    outcome.then(
      (verified) => {
        if (verified !== undefined || this.#entries.get(name)?.outcome !== outcome) return;
        this.#entries.set(name, { outcome, until: performance.now() + rememberFailureMs });
      },
      () => {
        if (this.#entries.get(name)?.outcome === outcome) this.#entries.delete(name);
      },
    );
  }
}
