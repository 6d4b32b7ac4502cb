export interface Chance {
  /** A whole number from 0 up to, not including, `below`. */
  readonly whole: (below: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
  readonly text: (alphabet: string, length: number) => string;
}

/** The same seed gives the same values, so that a failing case comes back (mulberry32). */
export function seededChance(seed: number): Chance {
  let state = seed;
  const whole = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
  const pick = <T>(items: readonly T[]): T => items[whole(items.length)] as T;
  return {
    whole,
    pick,
    text: (alphabet, length) => Array.from({ length }, () => alphabet[whole(alphabet.length)]).join(''),
  };
}
