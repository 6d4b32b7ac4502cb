import assert from 'node:assert/strict';
import { digestOf, seededBytes } from '../../harness/image.ts';
import { expectStatus, type RegistryClient } from '../../harness/registry-client.ts';

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** A client that pulls one blob again and again, as others do while something is wrong. */
export class PullMeter {
  readonly #client: RegistryClient;
  readonly #path: string;
  readonly #bytes: Buffer;

  private constructor(client: RegistryClient, path: string, bytes: Buffer) {
    this.#client = client;
    this.#path = path;
    this.#bytes = bytes;
  }

  /** @param sizeBytes above 64 KiB a blob is read from the disk each time */
  static async over(client: RegistryClient, sizeBytes = 256 * 1024): Promise<PullMeter> {
    const bytes = seededBytes('pulled meanwhile', sizeBytes);
    await client.pushBlob('library/pulled', bytes);
    const meter = new PullMeter(client, `/v2/library/pulled/blobs/${digestOf(bytes)}`, bytes);
    await meter.p99();
    return meter;
  }

  /** Milliseconds that the slowest hundredth of the pulls took at least. */
  async p99(pulls = 200): Promise<number> {
    const took: number[] = [];
    for (let count = 0; count < pulls; count++) {
      const begun = performance.now();
      const answer = await this.#client.get(this.#path);
      took.push(performance.now() - begun);
      expectStatus(answer, 200);
      assert.ok(answer.body.equals(this.#bytes));
    }
    return took.toSorted((a, b) => a - b)[Math.ceil(pulls * 0.99) - 1] ?? Number.NaN;
  }
}
