import { parseDigest } from '../../lib/oci/digest.ts';
import { type Json, parseRecord, textIn } from '../../lib/oci/json.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import { findCanonical, findStoredBlob } from '../blobs/blob-reads.ts';
import { maxConfigBytes } from './total-of.ts';

export interface ReadContentDeps {
  readonly db: Database;
  readonly store: BlobStore;
}

/**
 * Content that an artifact refers to, by its digest as written; undefined where it is not there or is larger. Only for
 * artifacts whose rows were read.
 */
export async function readContent(
  deps: ReadContentDeps,
  text: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const digest = parseDigest(text);
  const canonical = digest === undefined ? undefined : await findCanonical(deps.db.reader, digest);
  const blob = canonical === undefined ? undefined : await findStoredBlob(deps.db.reader, canonical);
  if (canonical === undefined || blob?.state !== 'live' || blob.size > maxBytes) return undefined;
  const bytes = await deps.store.get(blob.storage_key ?? canonicalKey(canonical));
  return bytes?.length === blob.size ? bytes : undefined;
}

/** The config of a manifest, where it is a JSON object. */
export async function readConfig(deps: ReadContentDeps, manifest: Json): Promise<Json | undefined> {
  const digest = textIn(manifest['config'], 'digest');
  const bytes = digest === undefined ? undefined : await readContent(deps, digest, maxConfigBytes);
  return bytes === undefined ? undefined : parseRecord(bytes);
}
