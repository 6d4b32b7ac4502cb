import { BlockList, isIP } from 'node:net';
import type { AddressRange } from '../config/addresses/address-range.ts';

/** The proxies whose word about a request counts. */
export class TrustedProxies {
  readonly #ranges = new BlockList();

  constructor(ranges: readonly AddressRange[]) {
    for (const { address, prefix, family } of ranges) this.#ranges.addSubnet(address, prefix, family);
  }

  /** @param address as `plainAddress` returns it */
  trusts(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.#ranges.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }
}

/** One spelling for an IPv4 address whether or not it came in over an IPv6 socket; no zone. */
export function plainAddress(address: string): string {
  const plain = address.toLowerCase().replace(/%.*$/, '');
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1] ?? plain;
}
