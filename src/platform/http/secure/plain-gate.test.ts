import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { AppError } from '../../../lib/errors.ts';
import { TrustedProxies } from '../trusted-proxies.ts';
import { createPlainGate } from './plain-gate.ts';

interface Asked {
  readonly from: string;
  readonly encrypted?: boolean;
  readonly method?: string;
  readonly url?: string;
  readonly host?: string;
  readonly accept?: string;
}

const proxies = new TrustedProxies([{ address: '192.0.2.0', prefix: 24, family: 'ipv4' }]);
const certificate = { covers: (host: string) => ['registry.example', '::1'].includes(host) };

function judge(asked: Asked, where: 'files' | 'proxy' = 'files'): string {
  const { from, encrypted, method = 'GET', url = '/v2/', host = 'registry.example', accept = '*/*' } = asked;
  const socket = encrypted === true ? { remoteAddress: from, encrypted: true } : { remoteAddress: from };
  const request = { socket, method, url, headers: { host, accept } } as unknown as IncomingMessage;
  const gate = createPlainGate({
    certificate: where === 'files' ? certificate : undefined,
    proxies,
    externalUrl: 'https://registry.example',
  });
  const found = gate(request);
  if (found === undefined) return 'served';
  if (!(found instanceof AppError)) return found.redirect;
  assert.deepEqual([found.code, found.row.status], ['TLS_REQUIRED', 426]);
  return 'told';
}

const page = 'text/html,application/xhtml+xml';

test('what is encrypted, comes from this machine or through a trusted proxy, is served', () => {
  for (const where of ['files', 'proxy'] as const) {
    assert.equal(judge({ from: '203.0.113.5', encrypted: true }, where), 'served');
    for (const from of ['127.0.0.1', '::1', '::ffff:127.9.9.9', '192.0.2.7', '::ffff:192.0.2.7'])
      assert.equal(judge({ from }, where), 'served', from);
  }
});

test('everybody else is told to use HTTPS, but may ask whether the server lives', () => {
  for (const where of ['files', 'proxy'] as const) {
    for (const from of ['203.0.113.5', '10.0.0.1', '::ffff:203.0.113.5', '2001:db8::1', ''])
      for (const method of ['GET', 'PUT', 'POST']) assert.equal(judge({ from, method }, where), 'told', from);
    for (const url of ['/livez', '/readyz'])
      assert.equal(judge({ from: '203.0.113.5', url }, where), 'served');
    assert.equal(judge({ from: '203.0.113.5', url: '/livez/../v2/' }, where), 'told');
  }
});

test('browsers are sent to HTTPS, to a name that the certificate is for', () => {
  const from = '203.0.113.5';
  assert.equal(judge({ from, accept: page, url: '/x?y=1' }), 'https://registry.example/x?y=1');
  assert.equal(
    judge({ from: '127.0.0.1', accept: page, host: '[::1]:5000', url: '/' }),
    'https://[::1]:5000/',
  );
  assert.equal(judge({ from, accept: page, host: 'evil.example' }), 'told');
  assert.equal(judge({ from, accept: page, host: 'registry.example/@evil' }), 'told');
  for (const host of ['a.1', '999.1.1.1', 'a%20b'])
    assert.equal(judge({ from, accept: page, host }), 'told', 'a host in form, and none to a browser');
  assert.equal(
    judge({ from, accept: page, url: '//evil.example/' }),
    'https://registry.example//evil.example/',
  );
  assert.equal(judge({ from, accept: page, method: 'POST' }), 'told');
  assert.equal(judge({ from: '127.0.0.1', accept: page, host: 'localhost' }), 'served');
  assert.equal(judge({ from: '192.0.2.7', accept: page }), 'served');
  assert.equal(judge({ from, accept: page }, 'proxy'), 'told');
});
