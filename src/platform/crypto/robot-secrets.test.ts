import assert from 'node:assert/strict';
import { pbkdf2Sync } from 'node:crypto';
import { test } from 'node:test';
import { RobotSecrets } from './robot-secrets.ts';

/** Counts how often something slow would be done. */
class CountingPasswords {
  slow = 0;
  hash(password: string): Promise<string> {
    this.slow += 1;
    return Promise.resolve(`slow ${password}`);
  }
  verify(password: string, hash: string | undefined): Promise<boolean> {
    this.slow += 1;
    return Promise.resolve(hash === `slow ${password}`);
  }
}

test('a generated secret is 32 random characters of three kinds, and verifies without anything slow', async () => {
  const passwords = new CountingPasswords();
  const secrets = new RobotSecrets(passwords);
  const seen = new Set<string>();
  for (let round = 0; round < 200; round += 1) {
    const { secret, hash } = secrets.generate();
    assert.match(secret, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9]{32}$/);
    assert.equal(hash.includes(secret), false);
    assert.equal(await secrets.verify(secret, hash), true);
    seen.add(secret);
  }
  assert.equal(seen.size, 200);
  assert.equal(passwords.slow, 0);
});

test('the same secret has another hash each time', () => {
  const secrets = new RobotSecrets(new CountingPasswords());
  assert.notEqual(secrets.generate().hash.split('$')[2], secrets.generate().hash.split('$')[2]);
});

test('a chosen secret is kept like a password', async () => {
  const passwords = new CountingPasswords();
  const secrets = new RobotSecrets(passwords);
  const hash = await secrets.hashOfChosen('Chosen-1');
  assert.equal(await secrets.verify('Chosen-1', hash), true);
  assert.equal(await secrets.verify('Chosen-2', hash), false);
  assert.equal(passwords.slow, 3);
});

test("Harbor's hash of a robot's secret verifies", async () => {
  const secrets = new RobotSecrets(new CountingPasswords());
  const salt = 'nRLYTaQ4MpJ3TL7wBq0UGVsT1Qt1Dkbz';
  // As Harbor has it: hex, of the salt's own letters.
  const harbor = pbkdf2Sync('Secret12345', salt, 4096, 16, 'sha256').toString('hex');
  const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
  const hash = `$harbor-sha256$${base64(Buffer.from(salt))}$${base64(Buffer.from(harbor, 'hex'))}`;
  assert.equal(await secrets.verify('Secret12345', hash), true);
  assert.equal(await secrets.verify('Secret12346', hash), false);
});

test('a wrong secret costs what a wrong password of nobody does, whatever the hash', async () => {
  const passwords = new CountingPasswords();
  const secrets = new RobotSecrets(passwords);
  const { hash } = secrets.generate();
  for (const stored of [hash, `$harbor-sha256$c2FsdA$${'A'.repeat(22)}`, 'slow x']) {
    passwords.slow = 0;
    assert.equal(await secrets.verify('wrong', stored), false);
    assert.equal(passwords.slow, 1, stored);
  }
});
