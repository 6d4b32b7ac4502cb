/** Digits of a digest that the server looks for. */
const shortestDigest = 7;

/** Digits may begin a digest, which a shorter part does not find. */
export function nothingOf(words: string): 'nothingText' | 'nothingShort' | 'nothingDigest' {
  const [, digits] = /^(?:.*@)?(?:sha(?:256|512):)?([0-9a-f]+)$/i.exec(words) ?? [];
  if (digits === undefined || !/\d|:/.test(words)) return 'nothingText';
  return digits.length < shortestDigest ? 'nothingShort' : 'nothingDigest';
}
