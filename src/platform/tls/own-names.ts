import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { isHost } from '../../lib/is-host.ts';

/** Hosts and addresses by which a server may be reached. */
export interface Names {
  /** That clients were told. */
  readonly asked: readonly string[];
  /** That this machine happens to have: a container's host name is another one at each start. */
  readonly found: readonly string[];
}

export function ownNames(asked: readonly string[]): Names {
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    // An address of one link only has the link's name in it, which no certificate can have.
    .filter(({ address }) => !address.startsWith('fe80:'))
    .map(({ address }) => address);
  const found = [hostname().toLowerCase(), 'localhost', '127.0.0.1', '::1', ...addresses];
  return { asked: usable(asked), found: usable(found) };
}

function usable(names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => isIP(name) !== 0 || isHost(name));
}
