/** RFC 6265 §5.4: the first cookie of that name; undefined also when it is empty. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const equals = part.indexOf('=');
    if (equals < 0 || part.slice(0, equals).trim() !== name) continue;
    const value = part.slice(equals + 1).trim();
    return value === '' ? undefined : value.replace(/^"(.*)"$/, '$1');
  }
  return undefined;
}
