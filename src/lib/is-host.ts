/** RFC 1123, 2.1, and the underscores that container names have. */
export function isHost(name: string): boolean {
  return (
    name.length <= 253 &&
    name.split('.').every((part) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(part))
  );
}
