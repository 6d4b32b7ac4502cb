/** A word of a command line, in quotes where a shell would read more into it. */
export function quoted(word: string): string {
  return /^[\w.,:/@=+~-]+$/.test(word) && !word.startsWith('~') ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
