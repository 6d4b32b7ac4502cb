import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { issueAuthority, issueForServer } from '../crypto/issue-certificate.ts';
import type { CertificatePair } from './certificate-source.ts';
import { checkPair, UnusablePair } from './check-pair.ts';

const now = Date.UTC(2026, 10, 28);
const dayMs = 86_400_000;
const authority = issueAuthority(['registry.example'], now);
const server = issueForServer(authority, ['registry.example', '10.0.0.7'], now);
const other = issueForServer(authority, ['other.example'], now);
const chain = server.certificate + authority.certificate;

test('a certificate with its key, alone or with its issuer behind it, is taken', () => {
  for (const certificate of [server.certificate, chain])
    for (const host of [undefined, 'registry.example', '10.0.0.7'])
      assert.equal(checkPair({ certificate, key: server.key }, now, host).subject, 'CN=registry.example');
});

test('a chain in another order, with its own certificate twice or another way to a root beside it, is taken', () => {
  const renewed = issueAuthority(['registry.example'], now);
  const other = issueForServer(renewed, ['x.registry.example'], now);
  const twice = server.certificate + authority.certificate + server.certificate;
  const chains = [twice, `${server.certificate}${renewed.certificate}${authority.certificate}`];
  for (const certificate of chains)
    assert.ok(checkPair({ certificate, key: server.key }, now, undefined), other.key);
});

const locked = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'secret',
});

interface Case extends Partial<CertificatePair> {
  readonly what: string;
  readonly told: RegExp;
  readonly at?: number;
  readonly host?: string;
}

const cases: readonly Case[] = [
  { what: 'no certificate', certificate: 'hello', told: /holds no certificate in PEM form/ },
  {
    what: 'a damaged certificate',
    certificate: `${server.certificate}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
    told: /^certificate 2 of the certificate file is damaged/,
  },
  {
    what: 'an issuer of which only a part was written yet',
    certificate: server.certificate + authority.certificate.slice(0, 200),
    told: /cannot be encrypted with it: .*bad end line/,
  },
  { what: 'no key', key: server.certificate, told: /key file holds no private key/ },
  { what: 'a key with a password', key: String(locked), told: /protected by a password; .*openssl pkey/ },
  {
    what: "another one's key",
    key: other.key,
    told: /does not belong to the certificate of "CN=registry\.example"/,
  },
  {
    what: 'the issuer first',
    certificate: authority.certificate + server.certificate,
    told: /"CN=registry\.example", has to come first/,
  },
  {
    what: 'a chain with another link',
    certificate: server.certificate + other.certificate,
    told: /"CN=other\.example" has issued none of the others/,
  },
  { what: 'one that has ended', at: now + 399 * dayMs, told: /expired on 2027-12-31; put a renewed one/ },
  {
    what: 'one that has not begun',
    at: now - 2 * dayMs,
    told: /valid from 2026-11-27T23:00:00\.000Z on only/,
  },
  {
    what: 'one for another name',
    host: 'wrong.example',
    told: /is for registry\.example, 10\.0\.0\.7, not for wrong\.example/,
  },
];

for (const { what, told, at = now, host, ...pair } of cases) {
  test(`what clients could not use is refused with a reason: ${what}`, () => {
    assert.throws(
      () => checkPair({ certificate: chain, key: server.key, ...pair }, at, host),
      (error) => error instanceof UnusablePair && told.test(error.text.en) && error.text.zh !== error.text.en,
    );
  });
}
