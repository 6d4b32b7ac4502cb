/** RFC 9110 §12.5.1: whether somebody who sent this `Accept` takes that type. Parameters of ranges do not count. */
export function accepts(header: string | undefined, mediaType: string): boolean {
  if (header === undefined || header.trim() === '') return true;
  const [group] = mediaType.split('/');
  // The nearest range that matches decides, so that `*/*, application/json;q=0` refuses.
  for (const range of [mediaType, `${group}/*`, '*/*']) {
    const given = header.split(',').find((part) => nameOf(part) === range);
    if (given !== undefined) return !/;\s*q=0(\.0*)?\s*(;|$)/i.test(given);
  }
  return false;
}

function nameOf(part: string): string {
  return (part.split(';', 1)[0] ?? '').trim().toLowerCase();
}
