import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageFiles } from '../../harness/image-files.ts';

/** What a client wrote into an OCI layout is the image, byte for byte. */
export function assertLayoutHolds(layout: string, { blobs }: Pick<ImageFiles, 'blobs'>): void {
  for (const [digest, bytes] of blobs)
    assert.ok(readFileSync(join(layout, 'blobs', digest.replace(':', '/'))).equals(bytes), digest);
}
