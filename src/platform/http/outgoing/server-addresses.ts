import { PermittedAddresses } from './permitted-addresses.ts';

/**
 * An administrator names the servers for syslog and mail, which permits private networks and this machine. What stays
 * forbidden is what no such server has: addresses of this link, among them those where clouds keep credentials, of
 * groups, of nobody.
 */
const ownNetworks = [
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
] as const;

/** Where a server may be that the settings name. */
export const serverAddresses = new PermittedAddresses(
  ownNetworks.map(([address, prefix, family]) => ({ address, prefix, family })),
);
