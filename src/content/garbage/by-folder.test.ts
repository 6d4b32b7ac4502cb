import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256Digest } from '../../lib/oci/digest.ts';
import { ByFolder } from './by-folder.ts';

const blob = (id: number, start: string) => ({ id, digest: sha256Digest(start.padEnd(64, '0')) });

test('blobs are given out folder after folder, on from where the last ones were, and each once', () => {
  const doomed = new ByFolder();
  const all = [blob(1, 'bb'), blob(2, 'aa1'), blob(3, 'cc'), blob(4, 'bb1'), blob(5, 'aa')];
  for (const each of all) doomed.add(each);
  assert.deepEqual(doomed.take(3), [2, 5, 1]);
  assert.equal(doomed.size, 2);
  doomed.add(blob(6, 'aa'));
  doomed.add(blob(7, 'dd'));
  assert.deepEqual(doomed.take(2), [4, 3]);
  assert.deepEqual(doomed.take(9), [7, 6]);
  assert.deepEqual([doomed.size, doomed.take(1)], [0, []]);
});
