import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTls, type TlsSettings } from './tls-config.ts';

const nothing: TlsSettings = {
  mode: '',
  certificate: '',
  key: '',
  names: [],
  clientAuthorities: '',
  hsts: false,
  trustsProxies: false,
};

test('without a setting nothing is encrypted; a certificate is enough to ask for it', () => {
  assert.deepEqual(parseTls(nothing), { mode: 'off' });
  const files = { certificate: '/c', key: '/k' };
  const given = { mode: 'files', ...files, clientAuthorities: undefined, hsts: false };
  assert.deepEqual(parseTls({ ...nothing, ...files }), given);
  assert.deepEqual(parseTls({ ...nothing, ...files, mode: 'files' }), given);
  const self = parseTls({ ...nothing, mode: 'self', names: ['a'], clientAuthorities: '/ca', hsts: true });
  assert.deepEqual(self, { mode: 'self', names: ['a'], clientAuthorities: '/ca', hsts: true });
  assert.deepEqual(
    parseTls({
      ...nothing,
      mode: 'self',
      names: ['Registry.Example', 'bücher.example', '[::1]', '10.0.0.7'],
    }),
    {
      mode: 'self',
      names: ['registry.example', 'xn--bcher-kva.example', '::1', '10.0.0.7'],
      clientAuthorities: undefined,
      hsts: false,
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
  [{ mode: 'proxy', trustsProxies: true, clientAuthorities: '/ca' }, /need tls=files or tls=self/],
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
