import { findStoredBlob } from '../../content/blobs/blob-reads.ts';
import {
  type CanonicalDigest,
  type Digest,
  digestHex,
  isCanonical,
  parseDigest,
  sha256Digest,
} from '../../lib/oci/digest.ts';
import type { BlobStore, ListedObject } from '../../platform/blobstore/blob-store.ts';
import { blobsRoot, canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import type { HashPool } from '../../platform/threads/hash-pool.ts';
import { inOrder } from './in-order.ts';
import { hintsOfConfig, mayBeManifest, readStrayManifest, type StrayManifest } from './stray-manifest.ts';

export interface FindStraysDeps {
  readonly db: Database;
  readonly store: BlobStore;
  readonly hashPool: HashPool;
}

export interface FoundManifest extends StrayManifest {
  /** What it needs and the storage does not have. */
  readonly missing: readonly string[];
}

export interface Strays {
  /** What a manifest needs comes before it. */
  readonly manifests: readonly FoundManifest[];
  /** Content of known digests that no row speaks of, with its size; manifests are left out. */
  readonly blobs: ReadonlyMap<CanonicalDigest, number>;
  /** Of `blobs`: what none of the manifests needs. */
  readonly unneeded: { readonly count: number; readonly bytes: number };
  /** Other files among the blobs. */
  readonly others: number;
}

const maxConfigBytes = 1024 * 1024;
const keyPattern = new RegExp(`^${blobsRoot}/sha256/[0-9a-f]{2}/([0-9a-f]{64})/data(\\.\\d+)?$`);

/**
 * What lies among the blobs and no row knows, or only as begun or missing. Changes nothing.
 * @throws AppError STORAGE_UNAVAILABLE
 */
export async function findStrays(deps: FindStraysDeps): Promise<Strays> {
  const blobs = new Map<CanonicalDigest, number>();
  const manifests = new Map<string, StrayManifest>();
  let others = 0;
  for await (const object of deps.store.list(blobsRoot)) {
    const [, hex, generation] = keyPattern.exec(object.key) ?? [];
    if (hex === undefined) {
      others += 1;
      continue;
    }
    const digest = sha256Digest(hex);
    const row = await findStoredBlob(deps.db.reader, digest);
    if (generation !== undefined) {
      if (row?.storage_key !== object.key) others += 1;
      continue;
    }
    const state = row?.state;
    if (state !== undefined && state !== 'pending' && state !== 'missing') continue;
    const manifest = await readManifest(deps, object, digest);
    if (manifest === undefined) blobs.set(digest, object.sizeBytes);
    else manifests.set(digest, manifest);
  }
  const found: FoundManifest[] = [];
  for (const manifest of inOrder(manifests)) {
    found.push({ ...manifest, missing: await missingOf(deps, manifest, { blobs, manifests }) });
  }
  return { manifests: found, blobs, unneeded: unneededOf(blobs, manifests), others };
}

async function readManifest(
  { store, hashPool }: FindStraysDeps,
  { key, sizeBytes }: ListedObject,
  digest: CanonicalDigest,
): Promise<StrayManifest | undefined> {
  if (!mayBeManifest(sizeBytes)) return undefined;
  const bytes = await store.get(key);
  const manifest = bytes && readStrayManifest(bytes, digest);
  if (manifest === undefined) return undefined;
  const { hex } = await hashPool.once([Uint8Array.from(bytes ?? [])]);
  if (hex.sha256 !== digestHex(digest)) return undefined;
  return { ...manifest, hints: { ...(await configHints(store, manifest)), ...manifest.hints } };
}

async function configHints(
  store: BlobStore,
  { references }: StrayManifest,
): Promise<Readonly<Record<string, string>>> {
  const config = references.find((reference) => reference.kind === 'config');
  const digest = config && parseDigest(config.digest);
  if (digest === undefined || !isCanonical(digest) || (config?.sizeBytes ?? 0) > maxConfigBytes) return {};
  const found = await store.stat(canonicalKey(digest));
  if (found === undefined || found.sizeBytes > maxConfigBytes) return {};
  const bytes = await store.get(canonicalKey(digest));
  return bytes === undefined ? {} : hintsOfConfig(bytes);
}

interface Known {
  readonly blobs: ReadonlyMap<string, number>;
  readonly manifests: ReadonlyMap<string, StrayManifest>;
}

async function missingOf({ db }: FindStraysDeps, manifest: StrayManifest, known: Known): Promise<string[]> {
  const missing: string[] = [];
  for (const { digest, required } of manifest.references) {
    if (!required || known.blobs.has(digest) || known.manifests.has(digest)) continue;
    const parsed = parseDigest(digest);
    const row =
      parsed !== undefined && isCanonical(parsed) ? await findStoredBlob(db.reader, parsed) : undefined;
    if (row?.state !== 'live') missing.push(digest);
  }
  return missing;
}

function unneededOf(
  blobs: ReadonlyMap<Digest, number>,
  manifests: ReadonlyMap<string, StrayManifest>,
): { count: number; bytes: number } {
  const needed = new Set<string>();
  for (const { references } of manifests.values()) for (const { digest } of references) needed.add(digest);
  const sizes = [...blobs].filter(([digest]) => !needed.has(digest)).map(([, size]) => size);
  return { count: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
