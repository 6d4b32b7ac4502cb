/**
 * Whether a list of entity tags names this digest (RFC 9110 §8.8.3, §13.1). Ours are `"<digest>"`; some clients leave
 * the quotes out. A weak tag counts only in a weak comparison, `*` for whatever there is.
 */
export function entityTagMatches(header: string, digest: string, comparison: 'strong' | 'weak'): boolean {
  return header.split(',').some((each) => {
    const text = each.trim();
    if (text === '*') return true;
    const weak = text.startsWith('W/');
    if (weak && comparison === 'strong') return false;
    return unquoted(weak ? text.slice(2) : text) === digest;
  });
}

function unquoted(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
