import { createProject } from '../../access/projects/create-project.ts';
import { findProject } from '../../access/projects/project-reads.ts';
import { findByDigest, findManifestBytes } from '../../content/artifacts/artifact-reads.ts';
import { type PushManifestDeps, pushManifest } from '../../content/artifacts/push-manifest.ts';
import { adoptBlob } from '../../content/blobs/adopt-blob.ts';
import { findLinkedBlob, findStoredBlob } from '../../content/blobs/blob-reads.ts';
import { AppError } from '../../lib/errors.ts';
import { type CanonicalDigest, digestHex, isCanonical, parseDigest } from '../../lib/oci/digest.ts';
import type { ParsedName } from '../../lib/oci/repository-name.ts';
import { hashObject } from '../../platform/blobstore/hash-object.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import { systemActor } from '../../platform/events/append.ts';
import type { FoundManifest, Strays } from './find-strays.ts';
import { readStrayManifest, type StrayManifest } from './stray-manifest.ts';

/** `admin`, as in Harbor. */
const firstAdminId = 1;

interface Where {
  readonly projectId: number;
  readonly repositoryName: string;
}

export interface Adopted {
  readonly digest: CanonicalDigest;
  /** Undefined: it was adopted. Otherwise what is damaged or refused it. */
  readonly problem: string | undefined;
}

/**
 * Puts the stray manifests, each with all that it needs, into one repository, by digest and without tags. The project
 * is made, for administrators only, if there is none. Content is read and compared with its digest before.
 */
export async function* adoptStrays(
  deps: PushManifestDeps,
  strays: Strays,
  into: ParsedName,
): AsyncGenerator<Adopted> {
  const projectId = await ensureProject(deps, into.project);
  for (const manifest of strays.manifests) {
    if (manifest.missing.length > 0) continue;
    const problem = await adopt(deps, manifest, { projectId, repositoryName: into.fullName });
    yield { digest: manifest.digest, problem };
  }
}

async function ensureProject({ db }: PushManifestDeps, name: string): Promise<number> {
  const found = await findProject(db.reader, name);
  if (found !== undefined) return found.id;
  const settings = { public: false, sparseManifests: false, limitBytes: -1 };
  return createProject({ db }, { ...settings, name, ownerId: firstAdminId, actor: systemActor });
}

async function adopt(
  deps: PushManifestDeps,
  manifest: FoundManifest,
  where: Where,
): Promise<string | undefined> {
  try {
    const bytes = await deps.store.get(canonicalKey(manifest.digest));
    if (bytes === undefined) return 'it is gone';
    await adoptManifest(deps, manifest, bytes, where);
    return undefined;
  } catch (error) {
    if (error instanceof AppError && error.row.status < 500) return error.message;
    throw error;
  }
}

async function adoptManifest(
  deps: PushManifestDeps,
  manifest: StrayManifest,
  bytes: Uint8Array,
  where: Where,
): Promise<void> {
  for (const { kind, digest, required } of manifest.references) {
    if (!required) continue;
    if (kind === 'child') await adoptChild(deps, digest, where);
    else await adoptReference(deps, digest, where);
  }
  await pushManifest(deps, {
    ...where,
    reference: { kind: 'digest', digest: manifest.digest },
    tags: [],
    condition: undefined,
    bytes: Uint8Array.from(bytes),
    contentType: manifest.mediaType,
    sparse: false,
    actor: systemActor,
  });
}

/** One that only other repositories have. A stray one has come before its index. */
async function adoptChild(deps: PushManifestDeps, text: string, where: Where): Promise<void> {
  const { reader } = deps.db;
  const digest = parseDigest(text);
  if (digest === undefined || !isCanonical(digest)) return;
  if ((await findByDigest(reader, where.repositoryName, digest)) !== undefined) return;
  const known = await findStoredBlob(reader, digest);
  const bytes = known && (await findManifestBytes(reader, known.id));
  if (bytes === undefined) return;
  const manifest = readStrayManifest(bytes, digest);
  if (manifest !== undefined) await adoptManifest(deps, manifest, bytes, where);
}

/** @throws AppError BLOB_UNKNOWN when it is damaged */
async function adoptReference(deps: PushManifestDeps, text: string, where: Where): Promise<void> {
  const digest = parseDigest(text);
  if (digest === undefined || !isCanonical(digest)) return;
  if ((await findLinkedBlob(deps.db.reader, where.repositoryName, digest)) !== undefined) return;
  const known = await findStoredBlob(deps.db.reader, digest);
  const key = (known?.state === 'live' ? known.storage_key : null) ?? canonicalKey(digest);
  const found = await deps.store.stat(key);
  if (found === undefined) throw new AppError('BLOB_UNKNOWN', { message: `${digest} is gone` });
  if ((await hashObject(deps, key)) !== digestHex(digest))
    throw new AppError('BLOB_UNKNOWN', { message: `${digest} is damaged` });
  await adoptBlob(deps, { ...where, digest, key, sizeBytes: found.sizeBytes });
}
