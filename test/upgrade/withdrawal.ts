import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from '../harness/registry-client.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** A right that is taken away on one instance, and asked for on the others all the while. */
export interface Withdrawal {
  /** One request that needs the right, to each of the instances that did not take it away. */
  readonly asks: readonly (() => Promise<Answer>)[];
  readonly withdraw: () => Promise<unknown>;
  readonly refusal: readonly number[];
}

/** So long after the answer to the withdrawal it is still tried. */
const watchMs = 1200;
const limitMs = 1000;
const everyMs = 20;

interface Try {
  readonly begun: number;
  readonly ended: number;
  readonly allowed: boolean;
}

/** What one of the other instances did, in milliseconds from the answer to the withdrawal. */
export interface Reaction {
  /** When the first refusal had come. */
  readonly refusedMs: number;
  /** When the last request began that was still allowed; 0: before it. */
  readonly allowedMs: number;
}

export async function reactions({ asks, withdraw, refusal }: Withdrawal): Promise<Reaction[]> {
  for (const ask of asks) await waitUntil('it is allowed', async () => isAllowed(await ask(), refusal));
  let until = Number.POSITIVE_INFINITY;
  const all = asks.map((): Try[] => []);
  const trying = Promise.all(
    asks.map((ask, index) => keepTrying(ask, refusal, { tries: all[index] ?? [], until: () => until })),
  );
  await Promise.race([trying, waitUntil('all are at it', () => all.every((tries) => tries.length > 0))]);
  await withdraw();
  const at = performance.now();
  until = at + watchMs;
  await trying;
  return all.map((tries) => judge(tries, at));
}

async function keepTrying(
  ask: () => Promise<Answer>,
  refusal: readonly number[],
  { tries, until }: { readonly tries: Try[]; readonly until: () => number },
): Promise<void> {
  for (;;) {
    const begun = performance.now();
    const allowed = isAllowed(await ask(), refusal);
    tries.push({ begun, ended: performance.now(), allowed });
    // The last one begins when the limit has passed, however long each takes.
    if (begun > until()) return;
    await delay(everyMs);
  }
}

function isAllowed({ status, body }: Answer, refusal: readonly number[]): boolean {
  if (status >= 200 && status < 300) return true;
  assert.ok(refusal.includes(status), `${status} ${String(body)}`);
  return false;
}

function judge(tries: readonly Try[], at: number): Reaction {
  const refused = tries.find(({ allowed }) => !allowed);
  assert.ok(refused !== undefined, 'it was never refused');
  const late = tries.findLast(({ allowed }) => allowed);
  assert.ok(late !== undefined, 'it was never allowed');
  const lateMs = late.begun - at;
  assert.ok(lateMs < limitMs, `still allowed for a request that began ${lateMs} ms after the withdrawal`);
  assert.ok(late.begun <= refused.ended, 'it was allowed again after it had been refused');
  return { refusedMs: Math.max(0, refused.ended - at), allowedMs: Math.max(0, lateMs) };
}

/** `first refusal elsewhere: …; last request that was still allowed: …` */
export function told(all: readonly Reaction[]): string {
  const refused = spread(all.map(({ refusedMs }) => refusedMs));
  const late = Math.max(...all.map(({ allowedMs }) => allowedMs));
  const allowed =
    late === 0 ? 'nothing was allowed afterwards' : `allowed up to ${late.toFixed(0)} ms afterwards`;
  return `first refusal elsewhere: ${refused}; ${allowed}`;
}

/** `p50 3 ms, p99 12 ms, max 14 ms of 60` */
export function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN).toFixed(0);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms of ${times.length}`;
}
