import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeldBlob } from './held-blob.ts';

const here = { repositoryId: 1, projectId: 1 };
const there = { repositoryId: 2, projectId: 1 };

test('what several deletions need is released with the last of them', () => {
  const blob = new HeldBlob();
  blob.addArtifact(here, 100);
  blob.addArtifact(there, 300);
  blob.addArtifact(here, 200);
  assert.deepEqual([blob.serves, blob.trashed, blob.releasedAt], [false, true, 300]);
});

test('a link goes with the artifact that it was for, one without an artifact with its repository', () => {
  const blob = new HeldBlob();
  blob.addLink(here, { serves: false, until: 900 });
  assert.equal(blob.releasedAt, 900);
  blob.addArtifact(here, 100);
  assert.equal(blob.releasedAt, 100);
  blob.addLink(there, { serves: false, until: 500 });
  assert.equal(blob.releasedAt, 500);
});

test('whoever serves a blob once holds it, whatever is in the trash beside it', () => {
  const blob = new HeldBlob();
  blob.addArtifact(here, 100);
  blob.addLink(here, { serves: true, until: undefined });
  blob.addLink(there, { serves: false, until: undefined });
  assert.equal(blob.serves, true);
  assert.deepEqual(
    [...blob.repositories],
    [
      [1, true],
      [2, false],
    ],
  );
  assert.deepEqual([...blob.projects], [[1, true]]);
});
