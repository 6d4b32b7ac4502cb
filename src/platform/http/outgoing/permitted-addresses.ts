import { BlockList } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { AddressRange } from '../../config/addresses/address-range.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Azure gives credentials to its machines there, at an address that looks public. */
const metadataAddress = '168.63.129.16';

/**
 * Which addresses outgoing requests may be sent to: those of the public internet, and what the administrator permits of
 * all others (private, link-local, loopback, metadata of clouds, reserved).
 */
export class PermittedAddresses {
  readonly #permitted = new BlockList();
  /** Named one by one. */
  readonly #named = new BlockList();
  readonly #own: () => ReadonlySet<string>;

  /** @param own the addresses of this machine, which only a range of one address permits */
  constructor(permitted: readonly AddressRange[], own: () => ReadonlySet<string> = none) {
    this.#own = own;
    for (const { address, prefix, family } of permitted) {
      this.#permitted.addSubnet(address, prefix, family);
      if (prefix === (family === 'ipv4' ? 32 : 128)) this.#named.addAddress(address, family);
    }
  }

  /** @param text an address as sockets and resolvers write it */
  has(text: string): boolean {
    if (!ipaddr.isValid(text)) return false;
    const address = unwrapped(ipaddr.parse(text));
    const plain = withoutZone(address);
    if (this.#own().has(plain)) return this.#named.check(plain, address.kind());
    return isPublic(address) || this.#permitted.check(plain, address.kind());
  }
}

function none(): ReadonlySet<string> {
  return new Set();
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv4) return address.toString() !== metadataAddress;
  // RFC 4291, 2.4 and IANA: of all others no network has got any.
  return ((address.parts[0] ?? 0) & 0xe000) === 0x2000;
}

/** The IPv4 address that is reached by one of IPv6: mapped, or by NAT64's own prefix (RFC 6052, 2.1). */
function unwrapped(address: Address): Address {
  if (address instanceof ipaddr.IPv4) return address;
  const [, , ...rest] = address.parts;
  const last = rest.slice(-2).flatMap((part) => [part >> 8, part & 0xff]);
  const nat64 = address.range() === 'rfc6052' && rest.slice(0, 4).every((part) => part === 0);
  const mapped = address.range() === 'ipv4Mapped';
  return nat64 || mapped ? new ipaddr.IPv4(last) : address;
}

function withoutZone(address: Address): string {
  return address.toString().replace(/%.*$/, '');
}
