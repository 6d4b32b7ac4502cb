import { isIPv6 } from 'node:net';

/** RFC 3986, 3.2.2: an IPv6 address in brackets, or a registered name, which an IPv4 address is too. */
const form = /^(?:\[(?<v6>[0-9a-f:.]+)\]|(?:[a-z0-9._~!$&'()*+,;=-]|%[0-9a-f]{2})+)(?::(?<port>\d{1,5}))?$/i;

/** What may stand in `Host` and in the address of a link: host and port, no user, no path, no blank. */
export function isHostHeader(text: string): boolean {
  const match = form.exec(text);
  if (match === null || text.length > 300) return false;
  const { v6, port } = match.groups ?? {};
  return (v6 === undefined || isIPv6(v6)) && (port === undefined || Number(port) <= 65_535);
}
