import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/** The hosts and addresses by which this machine may be reached, those that were asked for first. */
export function ownNames(asked: readonly string[]): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    // An address of one link only has the link's name in it, which no certificate can have.
    .filter(({ address }) => !address.startsWith('fe80:'))
    .map(({ address }) => address);
  const names = [...asked, hostname().toLowerCase(), 'localhost', '127.0.0.1', '::1', ...addresses];
  return [...new Set(names)].filter((name) => isIP(name) !== 0 || isHost(name));
}

/** RFC 1123, 2.1. */
function isHost(name: string): boolean {
  return (
    name.length <= 253 && name.split('.').every((part) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(part))
  );
}
