import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { issueAuthority, issueForServer, mayIssueFor } from './issue-certificate.ts';

const now = Date.UTC(2026, 10, 28);
const dayMs = 86_400_000;

test('an authority is one, for ten years, and a server certificate is signed by it, for 398 days', () => {
  const authority = issueAuthority(['registry.example'], now);
  const ca = new X509Certificate(authority.certificate);
  assert.ok(ca.ca);
  assert.ok(ca.verify(ca.publicKey));
  assert.equal(Date.parse(ca.validTo), now + 3650 * dayMs);
  const issued = issueForServer(authority, ['registry.example', '10.1.2.3', 'fd00::7'], now);
  const leaf = new X509Certificate(issued.certificate);
  assert.ok(!leaf.ca);
  assert.ok(leaf.checkIssued(ca) && leaf.verify(ca.publicKey));
  assert.equal(Date.parse(leaf.validTo), now + 398 * dayMs);
  assert.ok(Date.parse(leaf.validFrom) < now);
  assert.equal(
    leaf.subjectAltName,
    'DNS:registry.example, IP Address:10.1.2.3, IP Address:FD00:0:0:0:0:0:0:7',
  );
  assert.equal(leaf.checkHost('registry.example'), 'registry.example');
  assert.equal(leaf.checkIP('10.1.2.3'), '10.1.2.3');
  assert.equal(leaf.checkHost('other.example'), undefined);
  assert.notEqual(
    leaf.serialNumber,
    new X509Certificate(issueForServer(authority, ['a'], now).certificate).serialNumber,
  );
});

test('an authority speaks for its names, what is below them, and private addresses, and for nothing else', () => {
  const { certificate } = issueAuthority(['registry.example', '203.0.113.9'], now);
  for (const name of [
    'registry.example',
    'a.registry.example',
    'localhost',
    '10.9.9.9',
    '::1',
    '203.0.113.9',
  ])
    assert.ok(mayIssueFor(certificate, name), name);
  for (const name of [
    'example',
    'xregistry.example',
    'bank.example',
    '203.0.113.8',
    '8.8.8.8',
    '2001:db8::1',
  ])
    assert.ok(!mayIssueFor(certificate, name), name);
});
