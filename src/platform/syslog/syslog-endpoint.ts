export interface SyslogEndpoint {
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly host: string;
  readonly port: number;
}

const form = /^(?:(udp|tcp|tls):\/\/)?([a-z0-9](?:[a-z0-9.-]{0,253})|\[[0-9a-f:.]{2,45}\]):([1-9]\d{0,4})$/i;

/** `host:port`, which is TCP as in Harbor, or with `udp://`, `tcp://`, `tls://` before it; undefined for anything else. */
export function parseSyslogEndpoint(text: string): SyslogEndpoint | undefined {
  const [, scheme = 'tcp', host = '', digits = ''] = form.exec(text) ?? [];
  const port = Number(digits);
  if (host === '' || port > 65_535) return undefined;
  const transport = scheme.toLowerCase() as SyslogEndpoint['transport'];
  return { transport, host: host.replace(/^\[(.*)\]$/, '$1'), port };
}
