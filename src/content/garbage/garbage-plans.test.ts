import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Queries } from '../../platform/db/database.ts';
import { plansOf } from '../../platform/db/testing/plans.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { leftRemovals } from '../blobs/removal/removal-writes.ts';
import {
  artifactsOfRepository,
  blobsOf,
  condemnedBlobs,
  condemnedTotal,
  endOfPage,
  linksOfRepository,
  manifestsOfNobody,
  referencedBy,
  repositoryIdsOf,
  unneededBlobs,
  untaggedArtifacts,
} from './garbage-reads.ts';
import { artifactCounts, artifactsOfTrash, onlyNeededBy, referencesOf, uncopiedOf } from './plan-reads.ts';

const page = { after: 0, to: 500 };
const some = { after: 0, count: 500 };
const going = [{ blobId: 1, links: 0, artifacts: 0, references: 0 }];

const reads: Readonly<Record<string, (db: Queries) => Promise<unknown>>> = {
  endOfPage: (db) => endOfPage(db, 'blob', 0, 500),
  unneededBlobs: (db) => unneededBlobs(db, { ...page, now: 1 }),
  condemnedBlobs: (db) => condemnedBlobs(db, { ...some, before: 1 }),
  condemnedTotal: (db) => condemnedTotal(db, 1),
  blobsOf: (db) => blobsOf(db, [1]),
  linksOfRepository: (db) => linksOfRepository(db, { ...some, repositoryId: 1 }),
  artifactsOfRepository: (db) => artifactsOfRepository(db, { ...some, repositoryId: 1 }),
  referencedBy: (db) => referencedBy(db, [1]),
  manifestsOfNobody: (db) => manifestsOfNobody(db, page),
  untaggedArtifacts: (db) => untaggedArtifacts(db, { ...page, pushedBefore: 1 }),
  repositoryIdsOf: (db) => repositoryIdsOf(db, page),
  artifactsOfDeletion: (db) => artifactsOfTrash(db, { ...some, trashId: 1 }),
  artifactsOfDeletedRepository: (db) => artifactsOfTrash(db, { ...some, repositoryId: 1 }),
  artifactCounts: (db) => artifactCounts(db, [1]),
  referencesOf: (db) => referencesOf(db, [1]),
  onlyNeededBy: (db) => onlyNeededBy(db, going, { from: ['live'], now: 1 }),
  uncopiedOf: (db) => uncopiedOf(db, [1]),
  leftRemovals: (db) => leftRemovals(db, { ...some, prefix: 'purge-', before: 1, ahead: 2 }),
};

/** A table that is gone through; lists that come with the statement are none. */
const scans =
  /Seq Scan on (?!json)|SCAN (?!json_each|going|page|value|\()\w+(?! USING (?:COVERING )?INDEX)(?:$|\n)/m;

for (const dialect of dialects)
  test(`no statement of a collection or its plan goes through a whole table (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    for (const [name, read] of Object.entries(reads))
      assert.doesNotMatch((await plansOf(opened.db, read)).join('\n'), scans, name);
  });
