import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileOps } from '../files/file-ops.ts';
import { createLog } from '../log/logger.ts';
import { OwnCertificate } from './own-certificate.ts';
import { ownNames } from './own-names.ts';

const start = Date.UTC(2026, 10, 28);
const dayMs = 86_400_000;
const root = mkdtempSync(join(tmpdir(), 'berth-own-'));
after(() => rmSync(root, { recursive: true }));

class Instance {
  readonly data = mkdtempSync(join(root, 'data-'));
  now = start;
  readonly #log = createLog('error', join(this.data, 'log')).of('tls');

  open(
    asked: readonly string[],
    lookEveryMs?: number,
    found: readonly string[] = [],
  ): Promise<OwnCertificate> {
    const deps = { files: fileOps, clock: () => this.now, log: this.#log };
    const names = { asked, found };
    return OwnCertificate.open(this.data, names, lookEveryMs === undefined ? deps : { ...deps, lookEveryMs });
  }

  file(name: string): string {
    return join(this.data, 'tls', name);
  }

  read(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }
}

test('both are made once, and kept: keys for nobody else to read', async () => {
  const instance = new Instance();
  using first = await instance.open(['registry.example', '10.0.0.7']);
  using again = await instance.open(['registry.example', '10.0.0.7']);
  assert.deepEqual(again.pair, first.pair);
  const [leaf, ca] = [
    new X509Certificate(first.pair.certificate),
    new X509Certificate(instance.read('ca.crt')),
  ];
  assert.ok(leaf.verify(ca.publicKey));
  assert.ok(first.covers('10.0.0.7') && !first.covers('10.0.0.8'));
  assert.ok(first.pair.certificate.endsWith(instance.read('ca.crt')));
  for (const name of ['ca.key', 'server.key'])
    assert.equal(statSync(instance.file(name)).mode & 0o777, 0o600);
  assert.equal(statSync(join(instance.data, 'tls')).mode & 0o777, 0o700);
});

test('another address of a private network gets a new certificate by the same authority, another host a new authority', async () => {
  const instance = new Instance();
  using first = await instance.open(['registry.example', '10.0.0.7']);
  const authority = instance.read('ca.crt');
  using moved = await instance.open(['registry.example', '192.168.0.9']);
  assert.notEqual(moved.pair.certificate, first.pair.certificate);
  assert.ok(moved.covers('192.168.0.9'));
  assert.equal(instance.read('ca.crt'), authority);
  using renamed = await instance.open(['other.example']);
  assert.notEqual(instance.read('ca.crt'), authority);
  assert.ok(renamed.covers('other.example'));
});

test('a name that the machine only happens to have makes no new authority: a container has another one at each start', async () => {
  const instance = new Instance();
  using first = await instance.open(['registry.example'], undefined, ['3f2ab', '2001:db8::1']);
  assert.ok(first.covers('3f2ab') && first.covers('2001:db8::1'));
  const authority = instance.read('ca.crt');
  using second = await instance.open(['registry.example'], undefined, ['77c1d', '2001:db8::2', '10.0.0.9']);
  assert.equal(instance.read('ca.crt'), authority);
  assert.deepEqual(
    ['registry.example', '10.0.0.9', '77c1d', '2001:db8::2'].map((name) => second.covers(name)),
    [true, true, false, false],
  );
});

test('it is made anew thirty days before its end, while connections go on being accepted', async () => {
  const instance = new Instance();
  using own = await instance.open(['registry.example'], 10);
  const authority = instance.read('ca.crt');
  const told: string[] = [];
  own.onChange(({ certificate }) => told.push(certificate));
  instance.now = start + 367 * dayMs;
  await delay(100);
  assert.deepEqual(told, []);
  instance.now = start + 369 * dayMs;
  for (let tries = 0; tries < 1000 && told.length === 0; tries++) await delay(10);
  assert.equal(told.length, 1);
  assert.equal(own.pair.certificate, told[0]);
  assert.equal(Date.parse(new X509Certificate(own.pair.certificate).validTo), instance.now + 398 * dayMs);
  assert.equal(instance.read('ca.crt'), authority);
  assert.equal(own.problem(instance.now), undefined);
});

test('what a crash left, or what is damaged, is made again', async () => {
  const instance = new Instance();
  using first = await instance.open(['registry.example']);
  rmSync(instance.file('server.crt'));
  using second = await instance.open(['registry.example']);
  assert.notEqual(second.pair.certificate, first.pair.certificate);
  writeFileSync(instance.file('ca.key'), 'damaged');
  using third = await instance.open(['registry.example']);
  const [leaf, ca] = [
    new X509Certificate(third.pair.certificate),
    new X509Certificate(instance.read('ca.crt')),
  ];
  assert.ok(leaf.verify(ca.publicKey));
});

test('the names of this machine are hosts and addresses that a certificate can have, those asked for apart', () => {
  const { asked, found } = ownNames(['registry.example', '203.0.113.7', 'my_registry', 'not a host', '']);
  assert.deepEqual(asked, ['registry.example', '203.0.113.7', 'my_registry']);
  for (const name of ['localhost', '127.0.0.1', '::1']) assert.ok(found.includes(name));
  assert.equal(new Set(found).size, found.length);
});
