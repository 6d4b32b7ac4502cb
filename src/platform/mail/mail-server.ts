export interface MailEndpoint {
  /** Without TLS a password is not sent. */
  readonly security: 'starttls' | 'tls' | 'plain';
  readonly host: string;
  readonly port: number;
}

/** As the settings name it. */
export interface MailServer extends MailEndpoint {
  /** Empty: nobody signs in. */
  readonly username: string;
  readonly password: string;
  readonly from: string;
}

const form = /^(?:(tls|plain):\/\/)?([a-z0-9](?:[a-z0-9.-]{0,253})|\[[0-9a-f:.]{2,45}\]):([1-9]\d{0,4})$/i;

/** `host:port`, or with `tls://` or `plain://` before it; undefined for anything else. */
export function parseMailEndpoint(text: string): MailEndpoint | undefined {
  const [, scheme = 'starttls', host = '', digits = ''] = form.exec(text) ?? [];
  const port = Number(digits);
  if (host === '' || port > 65_535) return undefined;
  return { security: scheme.toLowerCase() as MailEndpoint['security'], host, port };
}
