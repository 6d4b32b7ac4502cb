import { isIP } from 'node:net';
import type { Text } from '../../../lib/text/language.ts';

/** An address (a prefix of all its bits) or a network. */
export interface AddressRange {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** `form`: no address; `prefix`: longer than the address; `everybody`: all addresses there are. */
export type AddressRangeFault = 'form' | 'prefix' | 'everybody';

/** `192.0.2.7`, `10.0.0.0/8`, `fd00::/8`; an IPv4 address within IPv6 (`::ffff:10.0.0.0/104`) is that IPv4 address. */
export function parseAddressRange(text: string): AddressRange | AddressRangeFault {
  const [, given = '', length] = /^([0-9a-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const version = isIP(given);
  if (version === 0) return 'form';
  const bits = version === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  if (prefix > bits) return 'prefix';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(given)?.[1];
  if (mapped !== undefined && prefix > 96) return { address: mapped, prefix: prefix - 96, family: 'ipv4' };
  // Of the mapped addresses that is all of IPv4.
  if (prefix === 0 || mapped !== undefined) return 'everybody';
  return { address: given.toLowerCase(), prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** A text: why it cannot be one. */
export function parseTrustedProxy(part: string, origin: string): AddressRange | Text {
  const range = parseAddressRange(part);
  if (typeof range === 'object') return range;
  const where = `trusted_proxies (${origin}): "${part}"`;
  switch (range) {
    case 'prefix':
      return { en: `${where} has a prefix longer than the address`, zh: `${where} 的前缀长于地址` };
    case 'everybody':
      return {
        en: `${where} would let everybody claim to be anybody; name the addresses of the proxies`,
        zh: `${where} 会使任何人都能冒充他人；请写明代理的地址`,
      };
    case 'form':
      return {
        en: `${where} is neither an address nor a network; right: 192.0.2.7 or 10.0.0.0/8, no names`,
        zh: `${where} 既不是地址也不是网段；应为 192.0.2.7 或 10.0.0.0/8，不能使用主机名`,
      };
  }
}

/** What stands between the commas of a list; empty parts do not count. */
export function partsOf(list: string): string[] {
  const parts = list.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '');
}
