import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { insertProject } from '../../access/projects/project-writes.ts';
import { insertUser } from '../../access/users/user-writes.ts';
import { type CanonicalDigest, type Digest, sha256Digest, sha512Digest } from '../../lib/oci/digest.ts';
import { mediaTypes } from '../../lib/oci/media-types.ts';
import { parseReference, type Tag } from '../../lib/oci/tag.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { FsStore } from '../../platform/blobstore/fs-store.ts';
import { MemoryObjects } from '../../platform/blobstore/memory-objects.ts';
import { ObjectStore } from '../../platform/blobstore/object-store.ts';
import type { Database } from '../../platform/db/database.ts';
import type { DialectName } from '../../platform/db/dialect.ts';
import { raiseSequence } from '../../platform/db/raise-sequence.ts';
import { makeTempFolder, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import type { Actor } from '../../platform/events/append.ts';
import { type FileOps, fileOps } from '../../platform/files/file-ops.ts';
import type { Logger } from '../../platform/log/logger.ts';
import type { HashPool } from '../../platform/threads/hash-pool.ts';
import { startTestPool } from '../../platform/threads/testing/threads.ts';
import { type PushManifestDeps, pushManifest } from '../artifacts/push-manifest.ts';
import type { TagCondition } from '../tags/tag-condition.ts';
import { finishUpload } from '../uploads/finish-upload.ts';
import { startUpload } from '../uploads/start-upload.ts';
import type { UploadDeps } from '../uploads/upload-deps.ts';
import { UploadHashes } from '../uploads/upload-hashes.ts';

export const testActor: Actor = { principal: 'user:1', address: '127.0.0.1', client: 'test', requestId: 'r' };
export const silentLog: Logger = { debug() {}, info() {}, warn() {}, error() {} };
export const projectId = 1;
export const repositoryName = 'library/app';

export type StoreKind = 'filesystem' | 'object store';
export const storeKinds: readonly StoreKind[] = ['filesystem', 'object store'];
export const minimumPartBytes = 64 * 1024;

export interface World extends AsyncDisposable {
  readonly db: Database;
  readonly store: BlobStore;
  readonly hashPool: HashPool;
  readonly deps: UploadDeps & { readonly hashPool: HashPool };
  /** Where the filesystem store lies. */
  readonly folder: string;
  second(): Promise<Database>;
  dump(): AsyncIterable<Uint8Array>;
}

export interface WorldOptions {
  readonly dialect?: DialectName;
  readonly store?: StoreKind;
  /** Stands between the code and the file system, for the store and the database. */
  readonly files?: FileOps;
}

/** An administrator, the public project `library`, an empty store. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const { dialect = 'sqlite', store: kind = 'filesystem', files = fileOps } = options;
  const opened = await openTestDatabase(dialect, { files });
  const { db } = opened;
  await db.transaction(async (tx) => {
    await insertUser(tx, { id: 1, username: 'admin', passwordHash: null, now: 0, deletedAt: null });
    await insertProject(tx, { id: projectId, name: 'library', ownerId: 1, public: true, now: 0 });
    await raiseSequence(tx, 'project');
  });
  const folder = makeTempFolder();
  const store = kind === 'filesystem' ? await openFolder(folder, files) : openObjects();
  const hashPool = startTestPool();
  const deps = {
    db,
    store,
    hashPool,
    hashes: new UploadHashes(hashPool),
    storeIsOurs: () => Promise.resolve(true),
    requireRoom: () => Promise.resolve(),
    openUploadLimit: 1000,
    instance: 'test',
    log: silentLog,
  };
  return {
    db,
    store,
    hashPool,
    deps,
    folder,
    second: () => opened.second(),
    dump: () => db.dump(),
    async [Symbol.asyncDispose]() {
      await hashPool[Symbol.asyncDispose]();
      if (store instanceof FsStore) await store[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openFolder(folder: string, files: FileOps): Promise<FsStore> {
  const store = new FsStore(folder, files, (error) => {
    throw error;
  });
  await store.prepare();
  return store;
}

function openObjects(): ObjectStore {
  return new ObjectStore(new MemoryObjects(minimumPartBytes), minimumPartBytes);
}

export function digestOf(bytes: Uint8Array): CanonicalDigest {
  return sha256Digest(createHash('sha256').update(bytes).digest('hex'));
}

export function sha512Of(bytes: Uint8Array): Digest {
  return sha512Digest(createHash('sha512').update(bytes).digest('hex'));
}

/** A body that comes in the given pieces. */
export async function* bodyOf(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(Uint8Array.from(piece));
}

export const owner = (id: string) => ({ id, projectId, repositoryName, principal: testActor.principal });

/** POST and PUT with the whole body. */
export async function pushBlob(
  deps: UploadDeps,
  bytes: Uint8Array,
  name = repositoryName,
  digest: Digest = digestOf(bytes),
): Promise<CanonicalDigest> {
  const id = await startUpload(deps, { projectId, repositoryName: name, principal: testActor.principal });
  const whose = { ...owner(id), repositoryName: name };
  await finishUpload(deps, {
    ...whose,
    digest,
    body: bodyOf(bytes),
    range: undefined,
    actor: testActor,
  });
  return digestOf(bytes);
}

export function imageManifest(
  layers: readonly { digest: string; size: number; mediaType?: string }[],
  extra: object = {},
): Buffer {
  const [config, ...rest] = layers.map((layer) => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    ...layer,
  }));
  return Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: rest, ...extra }),
  );
}

export async function putManifest(
  deps: PushManifestDeps,
  reference: string,
  bytes: Uint8Array,
  where: {
    name?: string;
    type?: string;
    sparse?: boolean;
    tags?: readonly Tag[];
    condition?: TagCondition;
  } = {},
): Promise<Digest> {
  const { digest } = await pushManifest(deps, {
    projectId,
    repositoryName: where.name ?? repositoryName,
    reference: parseReference(reference),
    bytes: Uint8Array.from(bytes),
    contentType: where.type ?? mediaTypes.ociManifest,
    sparse: where.sparse ?? false,
    tags: where.tags ?? [],
    condition: where.condition,
    actor: testActor,
  });
  return digest;
}
