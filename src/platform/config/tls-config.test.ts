import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTls, type TlsSettings } from './tls-config.ts';

const nothing: TlsSettings = {
  mode: '',
  certificate: '',
  key: '',
  names: [],
  clientAuthorities: [],
  minimum: '',
  hsts: false,
  trustsProxies: false,
};

test('without a setting nothing is encrypted; a certificate is enough to ask for it', () => {
  assert.deepEqual(parseTls(nothing), { mode: 'off' });
  const files = { certificate: '/c', key: '/k' };
  const shared = { clientAuthorities: [], oldest: 'TLSv1.2', hsts: false };
  const given = { mode: 'files', ...files, ...shared };
  assert.deepEqual(parseTls({ ...nothing, ...files }), given);
  assert.deepEqual(parseTls({ ...nothing, ...files, mode: 'files' }), given);
  const asked = { clientAuthorities: ['/ca'], hsts: true };
  const self = parseTls({ ...nothing, ...asked, mode: 'self', names: ['a'], minimum: 'tls1.3' });
  assert.deepEqual(self, { mode: 'self', names: ['a'], ...asked, oldest: 'TLSv1.3' });
  assert.deepEqual(parseTls({ ...nothing, ...files, minimum: 'tls1.0' }), given);
  assert.deepEqual(
    parseTls({
      ...nothing,
      mode: 'self',
      names: ['Registry.Example', 'bücher.example', '[::1]', '10.0.0.7'],
    }),
    {
      mode: 'self',
      names: ['registry.example', 'xn--bcher-kva.example', '::1', '10.0.0.7'],
      ...shared,
    },
    'as certificates have them',
  );
  assert.deepEqual(parseTls({ ...nothing, mode: 'proxy', trustsProxies: true }), { mode: 'proxy' });
});

const mistakes: readonly (readonly [Partial<TlsSettings>, RegExp])[] = [
  [{ certificate: '/c' }, /needs both/],
  [{ key: '/k' }, /needs both/],
  [{ mode: 'files' }, /needs both/],
  [{ mode: 'self', certificate: '/c', key: '/k' }, /for tls=files, not for tls=self/],
  [{ mode: 'off', key: '/k' }, /for tls=files, not for tls=off/],
  [{ names: ['a'] }, /for tls=self, not for tls=off/],
  [{ mode: 'self', names: ['a', '*.example'] }, /tls_names: "\*\.example" is neither a host nor an address/],
  [{ hsts: true }, /need tls=files or tls=self/],
  [{ mode: 'proxy', trustsProxies: true, clientAuthorities: ['/ca'] }, /need tls=files or tls=self/],
  [{ mode: 'proxy', trustsProxies: true, minimum: 'tls1.3' }, /need tls=files or tls=self/],
  [{ minimum: '1.3' }, /tls_minimum "1\.3" is not valid; right: tls1\.2, tls1\.3/],
  [{ mode: 'proxy' }, /needs trusted_proxies/],
  [{ mode: 'on' }, /tls "on" is not valid; right: off, files, self, proxy/],
];

for (const [settings, told] of mistakes) {
  test(`settings that do not go together are told: ${JSON.stringify(settings)}`, () => {
    const mistake = parseTls({ ...nothing, ...settings });
    assert.ok('en' in mistake);
    assert.match(mistake.en, told);
    assert.notEqual(mistake.zh, '');
  });
}
