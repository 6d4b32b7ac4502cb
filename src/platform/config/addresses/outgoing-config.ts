import { isHost } from '../../../lib/is-host.ts';
import type { Text } from '../../../lib/text/language.ts';
import { type AddressRange, parseAddressRange } from './address-range.ts';

/** Where Berth may send requests to, beside the public internet. */
export interface OutgoingConfig {
  readonly permitted: readonly AddressRange[];
  /** Names of hosts, in small letters; undefined: all. */
  readonly destinations: ReadonlySet<string> | undefined;
}

/** A text: why it cannot be had. */
export function parseOutgoing(given: {
  readonly addresses: readonly string[];
  readonly hosts: readonly string[];
}): OutgoingConfig | Text {
  const permitted: AddressRange[] = [];
  for (const part of given.addresses) {
    const range = parseAddressRange(part);
    if (typeof range !== 'object')
      return {
        en: `outgoing_addresses: "${part}" is neither an address nor a network; right: 192.0.2.7 or 10.0.0.0/8, no names`,
        zh: `outgoing_addresses："${part}" 既不是地址也不是网段；应为 192.0.2.7 或 10.0.0.0/8，不能使用主机名`,
      };
    permitted.push(range);
  }
  const wrong = given.hosts.find((host) => !isHost(host));
  if (wrong !== undefined)
    return {
      en: `outgoing_hosts: "${wrong}" is no name of a host; right: hooks.example, without a scheme or a port`,
      zh: `outgoing_hosts："${wrong}" 不是主机名；应为 hooks.example，不带协议和端口`,
    };
  const hosts = given.hosts.map((host) => host.toLowerCase());
  return { permitted, destinations: hosts.length === 0 ? undefined : new Set(hosts) };
}
