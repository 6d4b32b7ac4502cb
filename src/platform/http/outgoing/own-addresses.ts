import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

/** The addresses of this machine: what it sends to itself would come from inside. */
export function ownAddresses(): ReadonlySet<string> {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return new Set(all.map(({ address }) => ipaddr.parse(address.replace(/%.*$/, '')).toString()));
}
