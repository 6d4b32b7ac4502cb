import { setTimeout as delay } from 'node:timers/promises';
import type { RegistryClient } from '../../harness/registry-client.ts';
import type { Ledger, OpenUpload } from '../ledger.ts';
import { resume } from '../workers.ts';
import { Interrupted } from './disturbed-client.ts';

/** The lease of a dead instance runs out in 30 s; the rest is for a busy machine. */
const patienceMs = 90_000;
const pauseMs = 300;

/** Uploads that were cut, gone on with beside all that happens meanwhile, until they are whole or unknown. */
export class Resumptions {
  resumed = 0;
  unknown = 0;
  /** Of them those that a dead instance kept for a while. */
  takenOver = 0;
  /** From the kill, or the last failure, until a held upload was whole. */
  slowestTakeOverMs = 0;
  readonly #ledger: Ledger;
  readonly #newClient: () => RegistryClient;
  readonly #underWay: Promise<void>[] = [];
  readonly #failures: unknown[] = [];

  constructor(ledger: Ledger, newClient: () => RegistryClient) {
    this.#ledger = ledger;
    this.#newClient = newClient;
  }

  begin(upload: OpenUpload): void {
    const goingOn = this.#goOn(upload).catch((error: unknown) => {
      this.#failures.push(error);
    });
    this.#underWay.push(goingOn);
  }

  /** Throws what made one fail. */
  check(): void {
    if (this.#failures.length > 0)
      throw new AggregateError(this.#failures, `uploads were not gone on with: ${String(this.#failures[0])}`);
  }

  /** When all have come to an end. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
    this.check();
  }

  async #goOn(upload: OpenUpload): Promise<void> {
    const letGo = this.#ledger.holdBlob(upload.repository, upload.content);
    let from = performance.now();
    let wasHeld = false;
    for (let closing = upload.closing; ; closing = true) {
      // A connection that waited for long may be closed at the moment it is used again.
      const client = this.#newClient();
      try {
        const outcome = await resume({ client, ledger: this.#ledger }, { ...upload, closing });
        if (outcome !== 'held') {
          letGo();
          this.#count(outcome, wasHeld ? performance.now() - from : undefined);
          return;
        }
        wasHeld = true;
        const waitedMs = performance.now() - from;
        if (waitedMs > patienceMs)
          throw new Error(`${upload.location} is held for ${Math.round(waitedMs)} ms`);
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        from = performance.now();
      } finally {
        client.close();
      }
      await delay(pauseMs);
    }
  }

  #count(outcome: 'resumed' | 'unknown', heldMs: number | undefined): void {
    this[outcome] += 1;
    if (heldMs === undefined || outcome === 'unknown') return;
    this.takenOver += 1;
    this.slowestTakeOverMs = Math.max(this.slowestTakeOverMs, heldMs);
  }
}
