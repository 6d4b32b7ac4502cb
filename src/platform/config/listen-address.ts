import { isIPv4 } from 'node:net';

/** One `--listen` value, taken apart. */
export interface ListenAddress {
  /** As given: `localhost`, an address, a name, or empty for every interface. */
  readonly host: string;
  readonly port: number;
  /** Only programs on this machine can connect. */
  readonly loopback: boolean;
}

/** `host:port`, `[v6]:port`, `:port`. Undefined: not of that form. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/i.exec(text.trim());
  if (match === null) return undefined;
  const host = (match[1] ?? match[2] ?? '').toLowerCase();
  const port = Number(match[3]);
  if (port > 65_535) return undefined;
  return {
    host,
    port,
    loopback: host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.')),
  };
}
