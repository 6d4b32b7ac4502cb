import { setTimeout as delay } from 'node:timers/promises';

/** Asks again and again until there is an answer, on a busy machine for long. The message says what was waited for. */
export async function waitUntil<T>(
  message: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = 30_000,
): Promise<T> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > giveUpAt) throw new Error(`waited ${limitMs} ms in vain: ${message}`);
    await delay(20);
  }
}
