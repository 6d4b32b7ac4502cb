/** The path below which a proxy has this console, as the server says; empty: at the root of the host. */
const prefix = typeof document === 'undefined' ? '' : (document.documentElement.dataset['prefix'] ?? '');

/** What the browser is told of one of our addresses, be it a page or an operation of the API. */
export function outward(address: string): string {
  return `${prefix}${address}`;
}

/** Our address of what the browser shows. */
export function inward(path: string): string {
  return prefix !== '' && (path === prefix || path.startsWith(`${prefix}/`))
    ? path.slice(prefix.length) || '/'
    : path;
}

/** The same with scheme and host, for a terminal. */
export function wholeAddress(address: string): string {
  return `${location.origin}${outward(address)}`;
}
