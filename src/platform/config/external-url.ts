/** `http://host`, `https://host:port`: links to the server start with it. Undefined: not of that form. */
export function parseExternalUrl(text: string): string | undefined {
  // A path would have to be stripped by the proxy, and clients of the distribution API take none.
  if (!/^https?:\/\/[^/\\?#@\s]+\/?$/i.test(text)) return undefined;
  const url = URL.parse(text);
  if (url === null) return undefined;
  const { origin, hostname } = url;
  return ['0.0.0.0', '[::]'].includes(hostname) ? undefined : origin;
}
