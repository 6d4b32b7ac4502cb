// What proxies send in front of a registry, as their manuals describe it for the settings of docs/en/https.md, and
// what Berth makes of it. The client is 203.0.113.9 (or 2001:db8::9) and asks for https://registry.example.

export interface HeaderSet {
  readonly proxy: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Default: 203.0.113.9. */
  readonly client?: string;
  /** Default: https://registry.example. */
  readonly origin?: string;
}

const host = 'registry.example';

/** The last hop is 127.0.0.1, which is trusted, as 10.0.0.0/8 and fd00::/8 are. */
export const headerSets: readonly HeaderSet[] = [
  {
    proxy: 'nginx, as shipped',
    headers: {
      host,
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': host,
    },
  },
  {
    proxy: 'nginx that adds to what the client sent ($proxy_add_x_forwarded_for)',
    headers: {
      host,
      'x-real-ip': '203.0.113.9',
      'x-forwarded-for': '198.51.100.1, 203.0.113.9',
      'x-forwarded-proto': 'https',
    },
  },
  {
    proxy: 'nginx on another port, with $http_host',
    headers: {
      host: `${host}:8443`,
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': `${host}:8443`,
    },
    origin: `https://${host}:8443`,
  },
  {
    proxy: 'HAProxy with "option forwardfor" and "http-request set-header X-Forwarded-Proto https"',
    headers: { host, 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' },
  },
  {
    proxy: 'HAProxy that passes on a header of the client, as two fields',
    headers: { host, 'x-forwarded-for': '198.51.100.1, 203.0.113.9', 'x-forwarded-proto': 'https' },
  },
  {
    proxy: 'HAProxy with "option forwarded" alone (RFC 7239)',
    headers: { host, forwarded: 'proto=https;for=203.0.113.9' },
  },
  {
    proxy: 'Traefik',
    headers: {
      host,
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': host,
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      'x-forwarded-server': 'traefik-5d8f',
      'x-real-ip': '203.0.113.9',
    },
  },
  {
    proxy: 'Traefik behind another one in 10.0.0.0/8',
    headers: {
      host,
      'x-forwarded-for': '203.0.113.9, 10.0.0.7',
      'x-forwarded-host': host,
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      'x-forwarded-server': 'traefik-5d8f',
      'x-real-ip': '10.0.0.7',
    },
  },
  {
    proxy: 'Caddy',
    headers: {
      host,
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': host,
    },
  },
  {
    proxy: 'Envoy, which names no host',
    headers: {
      host,
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'x-envoy-external-address': '203.0.113.9',
      'x-request-id': '6f1ff7d9-4b0c-4c0e-8f0e-0e2b9f2f0c55',
    },
  },
  {
    proxy: 'an application load balancer of AWS, which adds to what the client sent',
    headers: {
      host,
      'x-forwarded-for': '198.51.100.1, 203.0.113.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
      'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678',
    },
  },
  {
    proxy: 'an application load balancer of AWS that keeps the port of the client',
    headers: { host, 'x-forwarded-for': '203.0.113.9:51234', 'x-forwarded-proto': 'https' },
  },
  {
    proxy: 'a gateway of Azure, which writes ports',
    headers: {
      host,
      'x-forwarded-for': '203.0.113.9:51234',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
      'x-original-host': host,
    },
  },
  {
    proxy: 'a client of IPv6, in X-Forwarded-For as it is',
    headers: { host, 'x-forwarded-for': '2001:db8::9', 'x-forwarded-proto': 'https' },
    client: '2001:db8::9',
  },
  {
    proxy: 'a client of IPv6, in brackets and with a port',
    headers: { host, 'x-forwarded-for': '[2001:db8::9]:51234', 'x-forwarded-proto': 'https' },
    client: '2001:db8::9',
  },
  {
    proxy: 'RFC 7239 with a client of IPv6',
    headers: { host, forwarded: 'for="[2001:db8::9]:51234";proto=https;host=registry.example' },
    client: '2001:db8::9',
  },
  {
    proxy: 'RFC 7239 over three proxies, the first one lying',
    headers: {
      host,
      forwarded:
        'for=198.51.100.1;proto=http, for=203.0.113.9;proto=https;host=registry.example, for=10.0.0.7;proto=https',
    },
  },
  {
    proxy: 'RFC 7239 with a hidden client',
    headers: { host, forwarded: 'for=_hidden;proto=https' },
    client: '127.0.0.1',
  },
  {
    proxy: 'three proxies, of which one is not ours',
    headers: {
      host,
      'x-forwarded-for': '198.51.100.1, 203.0.113.9, fd00::7, 10.0.0.7',
      'x-forwarded-proto': 'https',
    },
  },
  {
    proxy: 'a proxy without TLS',
    headers: {
      host,
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': host,
    },
    origin: `http://${host}`,
  },
  {
    proxy: 'a proxy that says nothing but X-Real-IP, which Berth does not read',
    headers: { host, 'x-real-ip': '203.0.113.9' },
    client: '127.0.0.1',
    origin: `http://${host}`,
  },
];
