import assert from 'node:assert/strict';
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import type { ParsedName } from '../../lib/oci/repository-name.ts';
import { SigningKey } from '../../platform/crypto/signing-key.ts';
import type { Principal } from '../principal.ts';
import { silentLog } from '../testing/parts.ts';
import { createTokens, type TokensDeps } from './tokens.ts';

const alice: Principal = { kind: 'user', id: 7, username: 'alice' };
const pkcs8 = SigningKey.generate();
const key = SigningKey.read(pkcs8);
const privateKey = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });

/** Tokens by a clock that the test moves. */
function open(more: Partial<TokensDeps> = {}) {
  const clock = { ms: 1_800_000_000_500 };
  const asked: string[] = [];
  const warned: object[] = [];
  const tokens = createTokens({
    keys: {
      current: () => Promise.resolve(key),
      find: (kid) => Promise.resolve(kid === key.kid ? key : undefined),
    },
    clock: () => clock.ms,
    lifeSeconds: () => 1800,
    defaultProject: 'library',
    log: { ...silentLog, warn: (facts) => void warned.push(facts) },
    visibleProjectId: (_principal, name: ParsedName) => {
      asked.push(name.fullName);
      return Promise.resolve(name.project === 'hidden' ? undefined : 12);
    },
    ...more,
  });
  return { tokens, clock, asked, warned };
}

const parts = (token: string): string[] => token.split('.');
const decoded = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const request = { principal: alice, passwordVersion: 3, scopes: ['repository:app:pull,push'] };

test('a token says who asked and for what, in the form of distribution', async () => {
  const { tokens } = open();
  const { token, expiresIn, issuedAt } = await tokens.issue({
    ...request,
    scopes: ['repository:app:pull,push', 'repository:hidden/x:delete', 'registry:catalog:*'],
  });
  assert.deepEqual([expiresIn, issuedAt], [1800, 1_800_000_000]);
  const [header, payload] = parts(token);
  assert.deepEqual(decoded(header), { alg: 'ES256', typ: 'JWT', kid: key.kid });
  const { jti, ...claims } = decoded(payload);
  assert.match(String(jti), /^[0-9a-f-]{36}$/);
  assert.deepEqual(claims, {
    iss: 'berth',
    sub: 'alice',
    aud: 'harbor-registry',
    exp: 1_800_001_800,
    nbf: 1_800_000_000,
    iat: 1_800_000_000,
    kind: 'user',
    uid: 7,
    pwv: 3,
    access: [
      { type: 'repository', name: 'library/app', actions: ['pull', 'push'], pid: 12 },
      { type: 'repository', name: 'hidden/x', actions: ['delete'] },
      { type: 'registry', name: 'catalog', actions: ['*'] },
    ],
  });
});

test('what was issued is verified, as who asked and for what was asked', async () => {
  const { tokens } = open();
  const verified = await tokens.verify((await tokens.issue(request)).token);
  assert.deepEqual(verified?.principal, alice);
  assert.equal(verified?.passwordVersion, 3);
  assert.deepEqual(verified?.access, [
    { type: 'repository', name: 'library/app', actions: ['pull', 'push'], projectId: 12 },
  ]);
  const nobody = {
    principal: { kind: 'anonymous' },
    passwordVersion: undefined,
    scopes: ['repository:app:pull'],
  } as const;
  const anonymous = await tokens.verify((await tokens.issue(nobody)).token);
  assert.deepEqual(anonymous?.principal, { kind: 'anonymous' });
});

test('a signature is checked once for many requests', async () => {
  let checks = 0;
  const find = (): Promise<SigningKey> => {
    checks += 1;
    return Promise.resolve(key);
  };
  const { tokens } = open({ keys: { current: () => Promise.resolve(key), find } });
  const { token } = await tokens.issue(request);
  for (let round = 0; round < 5; round++) assert.ok(await tokens.verify(token));
  assert.equal(checks, 1);
});

/** Offset of the reader's clock in seconds; whether the token counts then. */
const clocks: readonly (readonly [offsetSeconds: number, counts: boolean])[] = [
  [0, true],
  [5, true],
  [-5, true],
  [-59, true],
  [-62, false],
  [-600, false],
  [1799, true],
  [1803, true],
  [1814, true],
  [1816, false],
  [1800 + 600, false],
];

for (const remembered of [false, true]) {
  test(`a token counts for its life and a minute around it${remembered ? ', also when it is remembered' : ''}`, async () => {
    for (const [offsetSeconds, counts] of clocks) {
      const { tokens, clock } = open();
      const { token } = await tokens.issue(request);
      if (remembered) assert.ok(await tokens.verify(token));
      clock.ms += offsetSeconds * 1000;
      assert.equal((await tokens.verify(token)) !== undefined, counts, `${offsetSeconds} s`);
    }
  });
}

test('instances whose clocks are minutes apart say so in the log, late tokens do not', async () => {
  const { tokens, clock, warned } = open();
  const { token } = await tokens.issue(request);
  clock.ms += 3_600_000;
  assert.equal(await tokens.verify(token), undefined);
  assert.deepEqual(warned, []);
  clock.ms -= 3_600_000 + 600_000;
  assert.equal(await tokens.verify(token), undefined);
  assert.deepEqual(warned, [{ aheadSeconds: 600 }]);
});

test('after a step back of the clock nobody is let in beyond the end of the token by more than the leeway', async () => {
  const { tokens, clock } = open();
  const { token } = await tokens.issue(request);
  clock.ms += 1_862_000;
  assert.equal(await tokens.verify(token), undefined);
  clock.ms -= 50_000;
  assert.ok(await tokens.verify(token), 'by this clock it has not ended');
});

type Forge = (token: string) => string;

/** Signs anything with the right key. */
function signed(header: unknown, payload: unknown): string {
  const text = `${encoded(header)}.${encoded(payload)}`;
  return `${text}.${key.sign(text).toString('base64url')}`;
}
const ours = { alg: 'ES256', typ: 'JWT', kid: key.kid };
const withHeader =
  (more: object): Forge =>
  (token) =>
    signed({ ...ours, ...more }, decoded(parts(token)[1]));
const withClaims =
  (more: object): Forge =>
  (token) =>
    signed(ours, { ...decoded(parts(token)[1]), ...more });

const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const strangerJwk = stranger.publicKey.export({ format: 'jwk' });
const byStranger =
  (header: object): Forge =>
  (token) => {
    const text = `${encoded({ ...ours, ...header })}.${parts(token)[1]}`;
    const options = { key: stranger.privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return `${text}.${sign('sha256', Buffer.from(text), options).toString('base64url')}`;
  };

const forgeries: Readonly<Record<string, Forge>> = {
  'no algorithm, no signature': (token) => `${encoded({ ...ours, alg: 'none' })}.${parts(token)[1]}.`,
  'no algorithm, the old signature': (token) =>
    `${encoded({ ...ours, alg: 'none' })}.${parts(token)[1]}.${parts(token)[2]}`,
  'the public key as a secret': (token) => {
    const text = `${encoded({ ...ours, alg: 'HS256' })}.${parts(token)[1]}`;
    const pem = createPublicKey(privateKey).export({
      type: 'spki',
      format: 'pem',
    });
    return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
  },
  'another algorithm, rightly signed': withHeader({ alg: 'RS256' }),
  'the algorithm in another letter case': withHeader({ alg: 'es256' }),
  'a key of its own': byStranger({}),
  'a key that it brings along': byStranger({ jwk: strangerJwk }),
  'a key that it brings along, rightly signed': withHeader({ jwk: strangerJwk }),
  'an address of keys': withHeader({ jku: 'https://evil.example/keys' }),
  'an address of certificates': withHeader({ x5u: 'https://evil.example/chain' }),
  certificates: withHeader({ x5c: ['MIIB'] }),
  conditions: withHeader({ crit: ['exp'] }),
  'another type': withHeader({ typ: 'at+jwt' }),
  'no type': withHeader({ typ: undefined }),
  'no name of a key': withHeader({ kid: undefined }),
  'a name of no key': withHeader({ kid: 'unknown' }),
  'a name that is a path': withHeader({ kid: '../../../../dev/null' }),
  'a name that is a number': withHeader({ kid: 1 }),
  'a name that is a property': withHeader({ kid: '__proto__' }),
  'another service': withClaims({ aud: 'other' }),
  'several services': withClaims({ aud: ['harbor-registry'] }),
  'no service': withClaims({ aud: undefined }),
  'another issuer': withClaims({ iss: 'harbor-token-issuer' }),
  'no end': withClaims({ exp: undefined }),
  'an end that is text': withClaims({ exp: '9999999999' }),
  'an end that is past': withClaims({ exp: 1_799_999_900 }),
  'no beginning': withClaims({ nbf: undefined }),
  'a beginning to come': withClaims({ nbf: 1_800_000_100 }),
  'nobody that we know': withClaims({ kind: 'root' }),
  'a user without an id': withClaims({ uid: undefined }),
  'a user without a version': withClaims({ pwv: undefined }),
  'no list': withClaims({ access: {} }),
  'other claims under the old signature': (token) => {
    const [header, payload, signature] = parts(token);
    return `${header}.${encoded({ ...decoded(payload), uid: 1, sub: 'admin' })}.${signature}`;
  },
  'no claims': () => signed(ours, null),
  'claims that are a list': () => signed(ours, []),
  'a signature too short': (token) => token.slice(0, -4),
  'a signature of zeros': (token) =>
    `${parts(token).slice(0, 2).join('.')}.${Buffer.alloc(64).toString('base64url')}`,
  'a signature in ASN.1': (token) => {
    const text = parts(token).slice(0, 2).join('.');
    const der = sign('sha256', Buffer.from(text), privateKey);
    return `${text}.${der.toString('base64url')}`;
  },
  'a header that is no JSON': (token) => `${Buffer.from('{').toString('base64url')}.${parts(token)[1]}.x`,
  'four parts': (token) => `${token}.x`,
  'two parts': (token) => parts(token).slice(0, 2).join('.'),
  nothing: () => '',
  dots: () => '..',
};

for (const [what, forge] of Object.entries(forgeries)) {
  test(`a forged token counts for nothing: ${what}`, async () => {
    const { tokens } = open();
    const { token } = await tokens.issue(request);
    assert.equal(await tokens.verify(forge(token)), undefined);
    assert.ok(await tokens.verify(token), 'the real one still does');
  });
}

test('what the forgeries are made of counts when nothing is changed', async () => {
  const { tokens } = open();
  const { token } = await tokens.issue(request);
  assert.ok(await tokens.verify(withClaims({})(token)));
  assert.ok(await tokens.verify(withHeader({})(token)));
});
