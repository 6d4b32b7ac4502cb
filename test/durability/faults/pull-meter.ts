import assert from 'node:assert/strict';
import { digestOf, seededBytes } from '../../harness/image.ts';
import { expectStatus, type RegistryClient } from '../../harness/registry-client.ts';

/** A blob's GET may take so many times as long at the 99th percentile while something is wrong elsewhere. */
const slowestRatio = 3;
const rounds = 5;
/** A machine that has others to serve gets more rounds before it is the server's fault. */
const mostRounds = 15;

export interface PullRound {
  /** Milliseconds at the 99th percentile, without and with what is tried. */
  readonly quiet: number;
  readonly beside: number;
}

/** How many times as long pulls take beside something: the median of rounds that alternate with quiet ones. */
export async function pullRatio(name: string, measure: () => Promise<PullRound>): Promise<number> {
  const measured: PullRound[] = [];
  const ratio = (): number => median(measured.map(({ quiet, beside }) => beside / quiet));
  while (measured.length < rounds || (ratio() > slowestRatio && measured.length < mostRounds))
    measured.push(await measure());
  const shown = measured.map(({ quiet, beside }) => `${quiet.toFixed(0)}/${beside.toFixed(0)}`).join(', ');
  console.log(`${name}: p99 of pulls in ms, without it/with it: ${shown}`);
  return ratio();
}

export function requireRatio(ratio: number): void {
  assert.ok(ratio <= slowestRatio, `the p99 of pulls is ${ratio.toFixed(1)} times as long`);
}

function median(values: readonly number[]): number {
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
