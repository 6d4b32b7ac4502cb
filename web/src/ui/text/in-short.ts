/** Of a long text the middle is left out: a sign for it stays with what is on both sides of it. */
export function inShort(
  text: string,
  { longest, end }: { readonly longest: number; readonly end: number },
): string {
  if (text.length <= longest) return text;
  const joiner = '\u2060';
  const begin = text.slice(0, longest - end - 1).toWellFormed();
  return `${begin}${joiner}…${joiner}${text.slice(-end).toWellFormed()}`;
}

/** As much of a name as the title of a dialog or of a card has room for. */
export function titleInShort(text: string): string {
  return inShort(text, { longest: 80, end: 24 });
}
