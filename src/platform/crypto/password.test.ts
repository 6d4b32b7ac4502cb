import assert from 'node:assert/strict';
import { argon2Sync } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { AppError } from '../../lib/errors.ts';
import { Passwords } from './password.ts';

/** From the tests of Argon2's reference implementation: password "password", salt "somesalt", cheap. */
const reference = [
  '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
  '$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc',
] as const;
const [cheap] = reference;

/** As many as run at once, and as many as wait behind them. */
const capacity = Math.max(1, availableParallelism() - 1) + 64;

test('a password that was hashed is known again, any other is not', async () => {
  const passwords = new Passwords();
  const phc = await passwords.hash('correct horse');
  assert.equal(await passwords.verify('correct horse', phc), true);
  for (const other of ['', 'correct hors', 'correct horse ', 'Correct horse', 'correct horse\u0000'])
    assert.equal(await passwords.verify(other, phc), false, other);
});

test('every character of a password counts, also those behind the 72nd byte', async () => {
  const passwords = new Passwords();
  const long = 'é文🐳'.repeat(30);
  const phc = await passwords.hash(`${long}a`);
  assert.equal(await passwords.verify(`${long}a`, phc), true);
  assert.equal(await passwords.verify(`${long}b`, phc), false);
});

test('a hash is a PHC string with the cost that OWASP asks for and a salt of its own', async () => {
  const passwords = new Passwords();
  const [one, two] = [await passwords.hash('x'), await passwords.hash('x')];
  const form = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$([A-Za-z0-9+/]{22})\$[A-Za-z0-9+/]{43}$/;
  assert.match(one, form);
  assert.match(two, form);
  assert.notEqual(form.exec(one)?.[1], form.exec(two)?.[1]);
});

test('a hash of the reference implementation is known, by the cost that it names', async () => {
  const passwords = new Passwords();
  for (const phc of reference) {
    assert.equal(await passwords.verify('password', phc), true, phc);
    assert.equal(await passwords.verify('passwore', phc), false, phc);
  }
});

test('a hash of another length than ours is known', async () => {
  const salt = Buffer.from('some other salt');
  const cost = { memory: 64, passes: 1, parallelism: 1 };
  for (const tagLength of [16, 24, 64]) {
    const tag = argon2Sync('argon2id', { message: 'password', nonce: salt, tagLength, ...cost });
    const [saltText, tagText] = [salt, tag].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
    const phc = `$argon2id$v=19$m=64,t=1,p=1$${saltText}$${tagText}`;
    assert.equal(await new Passwords().verify('password', phc), true);
    assert.equal(await new Passwords().verify('passwore', phc), false);
  }
});

test('what is stored and no hash of argon2id is a failure of ours, not a wrong password', async () => {
  const passwords = new Passwords();
  const others = [
    cheap.replace('argon2id', 'argon2i'),
    cheap.replace('v=19', 'v=16'),
    `${cheap}$`,
    `x${cheap}`,
  ];
  for (const phc of ['', 'password', '$2b$12$abc', ...others])
    await assert.rejects(
      passwords.verify('password', phc),
      (error) => error instanceof Error && !(error instanceof AppError) && !error.message.includes('$'),
    );
  assert.equal(await passwords.verify('password', cheap), true);
});

test('an account without a password has no right one', async () => {
  const passwords = new Passwords();
  for (const guess of ['', 'password', '\u0000'])
    assert.equal(await passwords.verify(guess, undefined), false);
});

/** Columns of Harbor's table of users: password, salt and password_version of the password "Harbor-Pass-1". */
const harborRows = [
  {
    password: '6f554f00414c57047ff043f80c3b4698',
    salt: 'aBcDeFgHiJkLmNoPqRsTuVwXyZ012345',
    version: 'sha256',
  },
  { password: 'd175ccecb4a9f22aa44239022d25b526', salt: 'aBcDeFgHiJkLmNoPqRsTuVwXyZ012345', version: 'sha1' },
] as const;
const harborHashes = harborRows.map(({ password, salt, version }) => {
  const [saltText, hash] = [Buffer.from(salt), Buffer.from(password, 'hex')].map((bytes) =>
    bytes.toString('base64').replace(/=+$/, ''),
  );
  return `$pbkdf2-${version}$i=4096$${saltText}$${hash}`;
});

test("a password that Harbor's columns hold is known, also that of an older release, and is to be hashed anew", async () => {
  const passwords = new Passwords();
  for (const stored of harborHashes) {
    assert.equal(await passwords.verify('Harbor-Pass-1', stored), true, stored);
    for (const other of ['', 'Harbor-Pass-', 'harbor-Pass-1', 'Harbor-Pass-1 '])
      assert.equal(await passwords.verify(other, stored), false, other);
    assert.equal(passwords.isOutdated(stored), true);
  }
  assert.equal(passwords.isOutdated(await passwords.hash('Harbor-Pass-1')), false);
});

test("an account with Harbor's hash costs as much as one that is not there", async () => {
  const passwords = new Passwords();
  const [stored] = harborHashes;
  const missing = await cpuMs(() => passwords.verify('y', undefined));
  const harbor = await cpuMs(() => passwords.verify('y', stored));
  assert.ok(harbor > missing / 2 && harbor < missing * 2, `${harbor} ms against ${missing} ms`);
});

test('an account that is not there costs as much as one that is', async () => {
  const passwords = new Passwords();
  const phc = await passwords.hash('x');
  const real = await cpuMs(() => passwords.verify('y', phc));
  const missing = await cpuMs(() => passwords.verify('y', undefined));
  assert.ok(missing > real / 2, `${missing} ms against ${real} ms`);
});

async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Starts so many at once; true and false are answers, the rest what was thrown. */
async function verifyAtOnce(passwords: Passwords, count: number): Promise<unknown[]> {
  const all = Array.from({ length: count }, () => passwords.verify('password', cheap));
  const results = await Promise.allSettled(all);
  return results.map((each): unknown => (each.status === 'fulfilled' ? each.value : each.reason));
}

test('as many as run and wait at once are all answered', async () => {
  const answers = await verifyAtOnce(new Passwords(), capacity);
  assert.deepEqual(new Set(answers), new Set([true]));
});

test('more are told at once to come again, and the others are answered', async () => {
  const answers = await verifyAtOnce(new Passwords(), capacity + 3);
  const refused = answers.filter((answer) => answer !== true);
  assert.equal(refused.length, 3);
  assert.deepEqual(answers.slice(capacity), refused);
  for (const error of refused) {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'TOO_MANY_REQUESTS');
    assert.match(error.headers['Retry-After'] ?? '', /^\d+$/);
  }
});

test('when they were too many, an account that is not there gets the same answer as one that is', async () => {
  const passwords = new Passwords();
  const waiting = verifyAtOnce(passwords, capacity);
  await assert.rejects(passwords.verify('x', undefined), { code: 'TOO_MANY_REQUESTS' });
  await assert.rejects(passwords.hash('x'), { code: 'TOO_MANY_REQUESTS' });
  await waiting;
});

test('once the queue is done, as many are answered again', async () => {
  const passwords = new Passwords();
  await verifyAtOnce(passwords, capacity + 3);
  const answers = await verifyAtOnce(passwords, capacity + 1);
  assert.equal(answers.filter((answer) => answer === true).length, capacity);
});

test('one that fails gives its place to the next', async () => {
  const passwords = new Passwords();
  // A salt of less than 8 bytes is refused by argon2 itself, after the place was taken.
  const failing = '$argon2id$v=19$m=256,t=2,p=1$c29t$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
  for (let round = 0; round < capacity; round += 1) await assert.rejects(passwords.verify('x', failing));
  const answers = await verifyAtOnce(passwords, capacity);
  assert.deepEqual(new Set(answers), new Set([true]));
});
