import { inShort } from '../../ui/text/in-short.ts';

const usual = 44;
const end = 14;
/** A host that is longer is cut, too. */
const longestOrigin = 80;

/** Of a long URL its host, which stays whole, and its end: they tell URLs apart. */
export function urlInShort(url: string): string {
  const origin = /^\w+:\/\/[^/?#]*\/?/.exec(url)?.[0].length ?? 0;
  // What it ends with, and the sign between.
  const longest = origin > longestOrigin ? usual : Math.max(usual, origin + 1 + end);
  return inShort(url, { longest, end });
}
