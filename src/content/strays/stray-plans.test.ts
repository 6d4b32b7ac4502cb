import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Queries } from '../../platform/db/database.ts';
import { plansOf } from '../../platform/db/testing/plans.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { leftRemovals } from '../blobs/removal/removal-writes.ts';
import { unknownOf } from './known-reads.ts';
import { awaitedDigests, endedStrays, foundStrays, isDeleting, liveOf, straysNamed } from './stray-reads.ts';

const hex = 'a'.repeat(64);
const listed = [
  'berth/staging/0b6f9c43-5a1e-4c9e-8f4f-7d3b0f4f2a11.0',
  `docker/registry/v2/blobs/sha256/aa/${hex}/data`,
].map((key) => ({ key, sizeBytes: 1, changedAt: 0 }));

const reads: Readonly<Record<string, (db: Queries) => Promise<unknown>>> = {
  unknownOf: (db) => unknownOf(db, listed),
  foundStrays: (db) => foundStrays(db, { after: '', lastSeenAt: 1, count: 16 }),
  endedStrays: (db) => endedStrays(db, { now: 1, after: '', count: 1000 }),
  straysNamed: (db) => straysNamed(db, ['a']),
  awaitedDigests: (db) => awaitedDigests(db, [`sha256:${hex}`]),
  isDeleting: (db) => isDeleting(db, `sha256:${hex}`),
  liveOf: (db) => liveOf(db, [`sha256:${hex}`]),
  leftRemovals: (db) => leftRemovals(db, { prefix: 'stray-', before: 1, ahead: 2, after: 0, count: 100 }),
};

/** A table that is gone through; lists that come with the statement are none. */
const scans = /Seq Scan on (?!json)|SCAN (?!json_each|value|\()\w+(?! USING (?:COVERING )?INDEX)(?:$|\n)/m;

for (const dialect of dialects)
  test(`no statement of a search for strays or their removal goes through a whole table (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    for (const [name, read] of Object.entries(reads))
      assert.doesNotMatch((await plansOf(opened.db, read)).join('\n'), scans, name);
  });
