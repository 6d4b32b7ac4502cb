import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { isHost } from '../../lib/is-host.ts';

interface Encrypted {
  /** Files of those whose certificates clients have to show; none: they need none. */
  readonly clientAuthorities: readonly string[];
  /** The oldest version of TLS that is spoken. */
  readonly oldest: 'TLSv1.2' | 'TLSv1.3';
  readonly hsts: boolean;
}

/** How clients' connections are encrypted, and by whom. */
export type TlsConfig =
  /** Not at all: for this machine only, unless plain HTTP was asked for. */
  | { readonly mode: 'off' }
  /** By a proxy in front. */
  | { readonly mode: 'proxy' }
  | (Encrypted & { readonly mode: 'files'; readonly certificate: string; readonly key: string })
  /** @param names beside those that this machine has */
  | (Encrypted & { readonly mode: 'self'; readonly names: readonly string[] });

/** By this server. */
export function isEncrypted(tls: TlsConfig): tls is Extract<TlsConfig, Encrypted> {
  return tls.mode === 'files' || tls.mode === 'self';
}

export interface TlsSettings {
  readonly mode: string;
  readonly certificate: string;
  readonly key: string;
  readonly names: readonly string[];
  readonly clientAuthorities: readonly string[];
  /** In the words of Docker's registry. */
  readonly minimum: string;
  readonly hsts: boolean;
  readonly trustsProxies: boolean;
}

/** Which setting is wrong, and what would be right. */
export interface TlsMistake {
  readonly en: string;
  readonly zh: string;
}

/** Paths are taken as they are. */
export function parseTls(settings: TlsSettings): TlsConfig | TlsMistake {
  const { certificate, key, clientAuthorities, minimum, hsts } = settings;
  const names = settings.names.map(asInCertificate);
  const mode = settings.mode === '' ? defaultMode(settings) : settings.mode;
  if (mode !== 'files' && (certificate !== '' || key !== ''))
    return {
      en: `tls_certificate and tls_key are for tls=files, not for tls=${mode}`,
      zh: `tls_certificate 和 tls_key 用于 tls=files，而不是 tls=${mode}`,
    };
  if (mode !== 'self' && names.length > 0)
    return {
      en: `tls_names is for tls=self, not for tls=${mode}`,
      zh: `tls_names 用于 tls=self，而不是 tls=${mode}`,
    };
  const unusable = names.findIndex((name) => isIP(name) === 0 && !isHost(name));
  if (unusable >= 0) {
    const given = settings.names[unusable] ?? '';
    return {
      en: `tls_names: "${given}" is neither a host nor an address; right: registry.example or 10.0.0.7, no port, no *`,
      zh: `tls_names："${given}" 既不是主机名也不是地址；应为 registry.example 或 10.0.0.7，不带端口，不用 *`,
    };
  }
  const oldest = oldestOf(minimum);
  if (oldest === undefined)
    return {
      en: `tls_minimum "${minimum}" is not valid; right: tls1.2, tls1.3`,
      zh: `tls_minimum "${minimum}" 无效；应为：tls1.2、tls1.3`,
    };
  const asks = clientAuthorities.length > 0 || hsts || oldest !== 'TLSv1.2';
  if (asks && mode !== 'files' && mode !== 'self') return needsEncryption(mode);
  const shared = { clientAuthorities, oldest, hsts };
  switch (mode) {
    case 'off':
      return { mode };
    case 'self':
      return { mode, names, ...shared };
    case 'files':
      return certificate === '' || key === ''
        ? {
            en: 'tls=files needs both tls_certificate and tls_key',
            zh: 'tls=files 需要同时设置 tls_certificate 和 tls_key',
          }
        : { mode, certificate, key, ...shared };
    case 'proxy':
      return settings.trustsProxies
        ? { mode }
        : {
            en: 'tls=proxy needs trusted_proxies: the addresses that the proxy connects from',
            zh: 'tls=proxy 需要 trusted_proxies：代理发起连接所用的地址',
          };
    default:
      return {
        en: `tls "${mode}" is not valid; right: off, files, self, proxy`,
        zh: `tls "${mode}" 无效；应为：off、files、self、proxy`,
      };
  }
}

function needsEncryption(mode: string): TlsMistake {
  return {
    en: `tls_client_ca, tls_minimum and tls_hsts need tls=files or tls=self; with tls=${mode} nothing is encrypted here`,
    zh: `tls_client_ca、tls_minimum 和 tls_hsts 需要 tls=files 或 tls=self；在 tls=${mode} 时本服务器不做加密`,
  };
}

/** What is older is not spoken at all, so whoever allows it is served with the oldest that is. */
function oldestOf(minimum: string): Encrypted['oldest'] | undefined {
  if (minimum === 'tls1.3') return 'TLSv1.3';
  return ['', 'tls1.0', 'tls1.1', 'tls1.2'].includes(minimum) ? 'TLSv1.2' : undefined;
}

/** Lower case, other scripts in ASCII, IPv6 without brackets. */
function asInCertificate(name: string): string {
  const bare = name.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? domainToASCII(bare) || bare : bare;
}

function defaultMode({ certificate, key }: TlsSettings): string {
  return certificate === '' && key === '' ? 'off' : 'files';
}
