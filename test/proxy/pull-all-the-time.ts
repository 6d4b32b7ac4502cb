import assert from 'node:assert/strict';
import { digestOf, imageOf } from '../harness/image.ts';
import type { Answer, RegistryClient } from '../harness/registry-client.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** What is pulled all the time; a test pushes it first, as `library/pulled:1`. */
export const pulledImage = imageOf({ seed: 'pulled', layers: [1000, 400_000] });

/** What a client that pulls all the time has seen. */
export interface Pulls {
  pulled: number;
  /** Connections that broke before the answer was whole. */
  broken: number;
  /** Answers that were not 200. */
  readonly refused: string[];
}

/** Pulls by tag and by digest until told to stop. A pull is not tried again. */
export function pullAllTheTime(
  client: RegistryClient,
  stop: AbortSignal,
  workers = 6,
): { seen: Pulls; ended: Promise<unknown> } {
  const seen: Pulls = { pulled: 0, broken: 0, refused: [] };
  const [, layer = Buffer.alloc(0)] = pulledImage.layers;
  const one = async (path: string, bytes: Buffer): Promise<void> => {
    let answer: Answer;
    try {
      answer = await client.get(path);
    } catch {
      seen.broken += 1;
      return;
    }
    if (answer.status !== 200) seen.refused.push(`${answer.status} ${answer.body.toString().slice(0, 300)}`);
    else {
      assert.ok(answer.body.equals(bytes), `${path}: other bytes than were pushed`);
      seen.pulled += 1;
    }
  };
  const work = async (): Promise<void> => {
    while (!stop.aborted) {
      await one('/v2/library/pulled/manifests/1', pulledImage.manifest.bytes);
      await one(`/v2/library/pulled/blobs/${digestOf(layer)}`, layer);
    }
  };
  return { seen, ended: Promise.all(Array.from({ length: workers }, work)) };
}

/** Until the clients have done so many more pulls. */
export async function morePulls(seen: Pulls, count: number): Promise<void> {
  const wanted = seen.pulled + count;
  await waitUntil(`${count} more pulls`, () => seen.pulled >= wanted, 60_000);
}
