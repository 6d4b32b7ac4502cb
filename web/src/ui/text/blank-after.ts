/** What stands between a text and what follows it: behind full-width punctuation there is no blank. */
export function blankAfter(text: string): string {
  return /[：，。；！？、（）“”…]$/.test(text) ? '' : ' ';
}
