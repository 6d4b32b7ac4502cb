import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { admit } from './access/admit.ts';
import { createAuthenticate } from './access/authenticate.ts';
import { adminName, firstRun } from './access/first-run.ts';
import { grantAdminRoutes } from './access/grants/routes.ts';
import { LoginSlowing } from './access/login-slowing.ts';
import { projectAdminRoutes } from './access/project-admin-routes.ts';
import { findProject } from './access/projects/project-reads.ts';
import { openMasterKey } from './access/tokens/open-master-key.ts';
import { keyAdminRoutes, tokenRoutes } from './access/tokens/routes.ts';
import { TokenKeys } from './access/tokens/token-keys.ts';
import { createTokens } from './access/tokens/tokens.ts';
import { resetPassword } from './access/users/reset-password.ts';
import { userAdminRoutes } from './access/users/routes.ts';
import { visibleProjectId } from './access/visible-project-id.ts';
import { createManifestCopying } from './content/artifacts/create-manifest-copying.ts';
import { countMissing } from './content/blobs/blob-reads.ts';
import { claimStore, refuseForeignStore, storeMatches, unclaimStore } from './content/blobs/claim-store.ts';
import { findStoreIdentity } from './content/blobs/store-identity-writes.ts';
import { StoreWatch } from './content/blobs/store-watch.ts';
import { compareWithStore, type StoreState, takeOverStore } from './content/blobs/take-over-store.ts';
import { createRepositoryReap } from './content/repositories/create-repository-reap.ts';
import { SnapshotFolder } from './content/snapshots/snapshot-folder.ts';
import { listSnapshots } from './content/snapshots/snapshot-store.ts';
import { createUploadSweep } from './content/uploads/create-upload-sweep.ts';
import { type Disk, FreeRoom } from './content/uploads/free-room.ts';
import { UploadHashes } from './content/uploads/upload-hashes.ts';
import { type Adopt, createAdopt } from './features/adopt/adopt.ts';
import {
  type Backup,
  createBackup,
  type DatabaseRestore,
  restoreInto,
  snapshotJobs,
} from './features/backup/backup.ts';
import { createProjects } from './features/projects/projects.ts';
import { createSystem } from './features/system/system.ts';
import { createUsers } from './features/users/users.ts';
import { createVerify, type StorageCheck, type StorageReport } from './features/verify/verify.ts';
import { AppError } from './lib/errors.ts';
import { StartProblem } from './lib/start-problem.ts';
import { ociRoutes } from './oci/routes.ts';
import { FsStore, translateFileError } from './platform/blobstore/fs-store.ts';
import { BytesCache } from './platform/cache/bytes-cache.ts';
import { systemClock } from './platform/clock.ts';
import { refuseForeignFolder } from './platform/config/admin-socket-path.ts';
import type { Config } from './platform/config/load-config.ts';
import { requireSecretKey } from './platform/config/require-secret-key.ts';
import { reservedBytes } from './platform/config/storage-reserve.ts';
import { version } from './platform/config/version.ts';
import { type MasterKey, WrongMasterKey } from './platform/crypto/master-key.ts';
import { Passwords } from './platform/crypto/password.ts';
import type { DumpableDatabase } from './platform/db/database.ts';
import { SchemaTooNew } from './platform/db/schema-too-new.ts';
import { DataFolderLocked, ProcessLock } from './platform/db/sqlite/process-lock.ts';
import { removeUnfinished } from './platform/db/sqlite/replace-database.ts';
import { SqliteDatabase, type SqlitePaths } from './platform/db/sqlite/sqlite-database.ts';
import { DataFolder } from './platform/files/data-folder.ts';
import { type FileOps, fileOps, systemCode } from './platform/files/file-ops.ts';
import { AdminSocket } from './platform/http/admin-socket.ts';
import type { ApiRoute } from './platform/http/api/api-route.ts';
import { openApiDocument } from './platform/http/api/open-api-document.ts';
import { serveApi } from './platform/http/api/serve-api.ts';
import { Listeners } from './platform/http/listeners.ts';
import { createHttpServer } from './platform/http/server.ts';
import { TrustedProxies } from './platform/http/trusted-proxies.ts';
import { PeriodicJobs } from './platform/jobs/periodic-jobs.ts';
import { InstanceLease } from './platform/locks/instance-lease.ts';
import { withLease } from './platform/locks/with-lease.ts';
import type { Log } from './platform/log/logger.ts';
import { HashPool } from './platform/threads/hash-pool.ts';
import { Threads } from './platform/threads/threads.ts';

const manifestCacheBytes = 64 * 1024 * 1024;
/** Less than this free, and SQLite cannot make its files. */
const roomForDatabaseBytes = 4 * 1024 * 1024;
const smallBlobCacheBytes = 64 * 1024 * 1024;

export interface AppDeps {
  readonly log: Log;
  /** The program's entry file, from which threads are started. */
  readonly entry: URL;
  /** Ends the process at once, without another answer. */
  readonly die: (what: string, cause: unknown) => void;
  readonly files?: FileOps;
  /** Shorter in tests: how long a client may leave a connection without progress. */
  readonly idleMs?: number;
}

export interface RunningServer {
  readonly port: number;
  /** Addresses of the default that could not be had. */
  readonly missingAddresses: readonly string[];
  /** Only when it was generated by this start. */
  readonly generatedPassword: string | undefined;
  /** Only while it exists: the file that names the first password. */
  readonly initialPasswordFile: string | undefined;
  /** The generated password was shown to somebody: its file goes. */
  passwordShown(): Promise<void>;
  /** Not ready any more, but still serving. */
  drain(): void;
  /** Answers what was asked, then ends everything. */
  close(): Promise<void>;
}

/** The order of a start: nothing is made before everything that can refuse it was asked. */
export async function startServer(config: Config, deps: AppDeps): Promise<RunningServer> {
  try {
    return await start(config, deps);
  } catch (error) {
    throw asStartProblem(error, config);
  }
}

async function start(config: Config, deps: AppDeps): Promise<RunningServer> {
  const { listeners, missing } = await Listeners.bind(config.listen, config.listenIsDefault, deps.idleMs);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => listeners.close());
  const base = stack.use(await openBase(config, deps, { create: true }));
  const server = stack.use(await compose(config, deps, base));
  base.keep();
  listeners.serve(server.handle);
  const rest = stack.move();
  return {
    port: listeners.port,
    missingAddresses: missing,
    generatedPassword: base.generatedPassword,
    initialPasswordFile: await base.folder.initialPasswordFile(),
    passwordShown: () => base.folder.forgetInitialPassword(),
    drain: server.drain,
    close: async () => {
      await listeners.close();
      await rest.disposeAsync();
    },
  };
}

export interface OfflineServer extends AsyncDisposable {
  resetPassword(input: { username: string; password: string }): Promise<void>;
  verifyStorage(input: StorageCheck): Promise<StorageReport>;
  rotateKeys(): Promise<{ readonly kid: string }>;
  readonly backUp: Backup['database'];
}

/**
 * What can be done while no server runs; keeps one from starting meanwhile.
 * @throws StartProblem dataInUse when a server runs, dataMissing when there never was one
 */
export async function openOffline(config: Config, deps: AppDeps): Promise<OfflineServer> {
  const base = await openBase(config, deps, { create: false }).catch((error: unknown) => {
    throw asStartProblem(error, config);
  });
  base.keep();
  const { db, store, folder, passwords } = base;
  const forgetInitialPassword = () => folder.forgetInitialPassword();
  return {
    resetPassword: (input) =>
      resetPassword({ db, passwords, forgetInitialPassword, allowWeak: config.allowWeakAdmin }, input),
    verifyStorage: async (input) => {
      await using hashPool = HashPool.start(base.threads, deps.die);
      const storeIsOurs = () => storeMatches({ db, store });
      return await createVerify({ db, store, hashPool, storeIsOurs }, input.signal).storage(input);
    },
    rotateKeys: async () => {
      const { masterKey } = base;
      const keys = await TokenKeys.open({ db, masterKey, tokenLifeSeconds: config.tokenLifeSeconds });
      return { kid: await keys.rotate() };
    },
    backUp: createBackup({ db, files: deps.files ?? fileOps, data: config.data }).database,
    [Symbol.asyncDispose]: () => base[Symbol.asyncDispose](),
  };
}

/**
 * Puts a backup in place of the database, while no server runs, and binds it to the storage.
 * @param wanted `newest`, or the path of a file
 * @throws StartProblem
 */
export async function restoreBackup(config: Config, deps: AppDeps, wanted: string): Promise<DatabaseRestore> {
  const { files = fileOps, die, log } = deps;
  const threads = new Threads(deps.entry);
  try {
    requireSecretKey(config);
    const server = { ...config, paths: pathsOf(config.data) };
    const stopped = { files, threads, clock: systemClock, die, log: log.of('restore') };
    const report = await restoreInto(server, stopped, wanted);
    // The first start on it; it ends with this.
    await using base = await openBase(config, deps, { create: false });
    base.keep();
    return report;
  } catch (error) {
    throw asStartProblem(error, config);
  }
}

/** What has to be done to a storage, or to its database, before what it holds can be looked at. */
export type Takeover =
  /** The database is gone: the newest snapshot is put in its place. */
  | { readonly kind: 'restore'; readonly snapshot: string }
  /** The database is gone, and there is no snapshot: a new one begins. */
  | { readonly kind: 'begin' }
  /** The database is an older state, such as a copy of its files that was put back. */
  | { readonly kind: 'takeOver' };

export interface Adoption extends Adopt, AsyncDisposable {
  /** Nothing when the database was the storage's. */
  readonly takeover: Takeover | undefined;
  readonly initialPasswordFile: string | undefined;
}

/**
 * Opens a storage that has lost its database, or whose database is an older one, while no server runs. Before the
 * storage gets another epoch it is asked whether that is meant.
 * @throws StartProblem; what `agree` throws, and then nothing was changed
 */
export async function openAdoption(
  config: Config,
  deps: AppDeps,
  agree: (takeover: Takeover) => Promise<void>,
): Promise<Adoption> {
  try {
    return await openAdopting(config, deps, agree);
  } catch (error) {
    throw asStartProblem(error, config);
  }
}

async function openAdopting(
  config: Config,
  deps: AppDeps,
  agree: (takeover: Takeover) => Promise<void>,
): Promise<Adoption> {
  let takeover: Takeover | undefined;
  const snapshot = await snapshotOfLost(config, deps);
  if (snapshot !== undefined) {
    const wanted: Takeover = { kind: 'restore', snapshot };
    await agree(wanted);
    await restoreBackup(config, deps, 'newest');
    takeover = wanted;
  }
  await using stack = new AsyncDisposableStack();
  const base = stack.use(
    await openBase(config, deps, {
      create: true,
      takeOver: async (state) => {
        const wanted: Takeover = { kind: state === 'lost' ? 'begin' : 'takeOver' };
        await agree(wanted);
        takeover = wanted;
      },
    }),
  );
  base.keep();
  const { db, store, folder, instance } = base;
  const hashPool = stack.use(HashPool.start(base.threads, deps.die));
  const adopt = createAdopt({
    db,
    store,
    hashPool,
    hashes: new UploadHashes(hashPool),
    storeIsOurs: () => storeMatches({ db, store }),
    // Nothing new is written but rows and the empty blob.
    requireRoom: () => Promise.resolve(),
    instance,
    log: deps.log.of('adopt'),
  });
  const rest = stack.move();
  return {
    ...adopt,
    takeover,
    initialPasswordFile: await folder.initialPasswordFile(),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

/** The newest snapshot, where there is no database. */
async function snapshotOfLost(config: Config, deps: AppDeps): Promise<string | undefined> {
  const { files = fileOps } = deps;
  if (config.databaseUrl === undefined) {
    if (await isThere(files, pathsOf(config.data).database)) return undefined;
  } else {
    await using db = await openDatabase(config, deps, new Threads(deps.entry));
    if ((await findStoreIdentity(db.reader)) !== undefined) return undefined;
  }
  const held = await new SnapshotFolder(files, pathsOf(config.data).snapshots).list();
  await using store = new FsStore(config.storage, files, (error) =>
    deps.log.of('storage').warn({ error }, 'a file was not closed'),
  );
  const stored = await listSnapshots(store);
  return [...held, ...stored].toSorted((a, b) => a.takenAt - b.takenAt).at(-1)?.name;
}

async function isThere(files: FileOps, path: string): Promise<boolean> {
  try {
    await files.stat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

interface Base extends AsyncDisposable {
  readonly folder: DataFolder;
  readonly db: DumpableDatabase;
  readonly store: FsStore;
  readonly threads: Threads;
  readonly passwords: Passwords;
  readonly masterKey: MasterKey;
  /** Tells this process from the others on the same database. */
  readonly instance: string;
  readonly generatedPassword: string | undefined;
  /** The start has succeeded: what it made stays. */
  readonly keep: () => void;
}

interface OpenHow {
  readonly create: boolean;
  /** Takes a store over that is not the database's, unless this throws. */
  readonly takeOver?: (state: Exclude<StoreState, 'bound'>) => Promise<void>;
}

/** Database and store, bound to each other. What a failed start has made is taken away again. */
async function openBase(config: Config, deps: AppDeps, how: OpenHow): Promise<Base> {
  const { log, files = fileOps } = deps;
  requireSecretKey(config);
  const local = config.databaseUrl === undefined;
  await using stack = new AsyncDisposableStack();
  let kept = false;
  const undo = (work: () => Promise<void>): void => {
    stack.defer(() => (kept ? Promise.resolve() : work()));
  };
  const folder = await DataFolder.open(config.data, files, { local });
  undo(() => folder.removeNewFolders());
  const lock = ProcessLock.take(join(config.data, 'lock.db'));
  stack.defer(() => (kept || !lock.isNew ? Promise.resolve(lock.release()) : lock.releaseAndRemove(files)));
  if (local) await removeUnfinished(files, pathsOf(config.data).database);
  const empty = local && !(await folder.hasDatabase());
  if (empty && !how.create) throw new StartProblem('dataMissing', { folder: config.data });
  const storage = log.of('storage');
  const store = stack.use(
    new FsStore(config.storage, files, (error) => storage.warn({ error }, 'a file was not closed')),
  );
  if (empty) {
    if (how.takeOver === undefined) await refuseForeignStore(store, config.storage);
    undo(() => folder.removeNewFiles());
    undo(() => store.unprepare());
  }
  const threads = new Threads(deps.entry);
  const db = stack.use(await openDatabase(config, deps, threads));
  const masterKey = await openMasterKey({ db, folder }, config.secretKey);
  const passwords = new Passwords();
  const generatedPassword = how.create ? await makeFirstRows(config, { db, folder, passwords }) : undefined;
  const instance = randomUUID();
  if (empty && how.takeOver === undefined) undo(() => unclaimStore({ db, store }));
  const bind = async (alone: boolean): Promise<void> => {
    if (how.takeOver !== undefined) {
      const state = await compareWithStore({ db, store }, config.storage);
      if (state !== 'bound') {
        await how.takeOver(state);
        await takeOverStore({ db, store }, config.storage);
      }
    }
    await claimStore({ db, store }, config.storage, alone);
    await store.prepare();
  };
  if (local) await bind(true);
  else {
    const lease = stack.use(new InstanceLease(db, instance, log.of('instances')));
    await withLease(db, 'store-identity', instance, async () => bind(!(await lease.take())));
  }
  const rest = stack.move();
  return {
    folder,
    db,
    store,
    threads,
    passwords,
    masterKey,
    instance,
    generatedPassword,
    keep: () => {
      kept = true;
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

async function openDatabase(config: Config, deps: AppDeps, threads: Threads): Promise<DumpableDatabase> {
  const { databaseUrl, data } = config;
  const { die, files = fileOps } = deps;
  if (databaseUrl !== undefined) {
    const logger = deps.log.of('database');
    // Whoever uses SQLite does not pay for the driver.
    const { PostgresDatabase } = await import('./platform/db/postgres/postgres-database.ts');
    return PostgresDatabase.open(databaseUrl, (error) =>
      logger.warn({ error }, 'an idle connection was lost'),
    );
  }
  try {
    return await SqliteDatabase.open(pathsOf(data), { files, threads, clock: systemClock, die });
  } catch (error) {
    // Where there is no room for its files, SQLite calls it an I/O error.
    const { freeBytes } = await files.statfs(data);
    throw freeBytes < roomForDatabaseBytes ? new AppError('STORAGE_FULL', {}, { cause: error }) : error;
  }
}

function pathsOf(data: string): SqlitePaths {
  return { database: join(data, 'berth.db'), snapshots: join(data, 'snapshots') };
}

function makeFirstRows(
  config: Config,
  deps: { readonly db: DumpableDatabase; readonly folder: DataFolder; readonly passwords: Passwords },
): Promise<string | undefined> {
  const { db, folder, passwords } = deps;
  return firstRun(
    {
      db,
      passwords,
      keepInitialPassword: (password) => folder.keepInitialPassword(password),
      forgetInitialPassword: () => folder.forgetInitialPassword(),
    },
    { password: config.adminPassword, allowWeak: config.allowWeakAdmin },
  );
}

/** What a start may fail with, as the problems that the command line has a sentence for. */
function asStartProblem(error: unknown, config: Config): unknown {
  // The first thing that went wrong, not what went wrong when it was cleaned up.
  if (error instanceof SuppressedError) return asStartProblem(error.suppressed, config);
  const options = { cause: error };
  // Another instance was first to make a key, with another master key.
  if (error instanceof WrongMasterKey)
    return new StartProblem('secretKeyWrong', { origin: 'BERTH_SECRET_KEY' }, options);
  if (error instanceof DataFolderLocked)
    return new StartProblem('dataInUse', { folder: config.data }, options);
  if (error instanceof SchemaTooNew) {
    return new StartProblem('schemaTooNew', { needed: error.needed, known: error.known }, options);
  }
  const known = translateFileError(error);
  if (!(known instanceof AppError)) return error;
  const cause = known.cause instanceof Error ? known.cause.message : known.message;
  switch (known.code) {
    case 'STORAGE_FULL':
      return new StartProblem('diskFull', { folder: fullFolder(known.cause, config) }, options);
    case 'STORAGE_UNAVAILABLE':
      return new StartProblem('storageUnreachable', { storage: config.storage, cause }, options);
    case 'DATABASE_UNAVAILABLE':
      return new StartProblem('databaseUnreachable', { cause }, options);
    default:
      return error;
  }
}

function fullFolder(cause: unknown, config: Config): string {
  const path = cause instanceof Error && 'path' in cause ? String(cause.path) : '';
  return path.startsWith(config.storage) ? config.storage : config.data;
}

/** What content fills: the storage, and the database, which grows with every manifest. */
function disksOf(config: Config, { files = fileOps }: AppDeps, store: FsStore): readonly Disk[] {
  const storage = { of: 'the storage', space: () => store.space() };
  if (config.databaseUrl !== undefined) return [storage];
  return [storage, { of: 'the database', space: () => files.statfs(config.data) }];
}

interface Composed extends AsyncDisposable {
  readonly handle: Awaited<ReturnType<typeof createHttpServer>>;
  readonly drain: () => void;
}

/** Concatenates what the folders offer. */
async function compose(config: Config, deps: AppDeps, base: Base): Promise<Composed> {
  const { db, store, folder, instance, passwords, masterKey } = base;
  const { log } = deps;
  await using stack = new AsyncDisposableStack();
  const hashPool = stack.use(HashPool.start(base.threads, deps.die));
  const hashes = new UploadHashes(hashPool);
  const forgetInitialPassword = () => folder.forgetInitialPassword();
  const watch = stack.use(new StoreWatch({ db, store }, log.of('storage')));
  const storeIsOurs = (): Promise<boolean> => watch.check();
  const files = deps.files ?? fileOps;
  const jobs = [
    await createUploadSweep({ db, store, storeIsOurs, log: log.of('uploads') }),
    createManifestCopying({ db, store, storeIsOurs }),
    createRepositoryReap({ db, log: log.of('repositories') }),
    ...snapshotJobs({
      db,
      store,
      folder: new SnapshotFolder(files, pathsOf(config.data).snapshots),
      storeIsOurs,
      keep: config.snapshots,
      log: log.of('snapshots'),
    }),
  ];
  stack.use(await PeriodicJobs.start({ db, log: log.of('jobs') }, jobs));
  for (const file of await folder.readableByGroup())
    log.of('files').warn({ file }, 'a file with secrets can be read by its group');
  const { defaultProject, tokenLifeSeconds } = config;
  const keys = await TokenKeys.open({ db, masterKey, tokenLifeSeconds });
  const tokens = createTokens({
    keys,
    clock: systemClock,
    lifeSeconds: tokenLifeSeconds,
    defaultProject,
    log: log.of('tokens'),
    visibleProjectId: (...of) => visibleProjectId({ db }, ...of),
  });
  const slowing = stack.use(new LoginSlowing({ db, masterKey, log: log.of('sign-ins') }));
  const { authenticate, signIn } = createAuthenticate({ db, passwords, slowing, tokens });
  let stopping = false;
  const storageProblem = (): string | undefined =>
    watch.ours ? undefined : 'the storage is not the one this registry belongs to';
  const notReady = (): string | undefined => (stopping ? 'the server is about to stop' : storageProblem());
  const room = new FreeRoom({
    disks: disksOf(config, deps, store),
    reservedBytes: (capacity) => reservedBytes(config.storageReserve, capacity),
  });
  const system = createSystem({
    notReady,
    storageProblem: async () => storageProblem() ?? store.problem ?? (await room.shortage()),
    askDatabase: () => findProject(db.reader, 'library'),
    countMissing: (limit) => countMissing(db.reader, limit),
    now: () => db.now(),
    version: version(),
    document: () => openApiDocument(api, { version: version() }),
  });
  const api: readonly ApiRoute[] = [
    ...system.restRoutes,
    ...createUsers({ db }).routes,
    ...createProjects({ db }).routes,
  ].map((route) => admit({ db, signIn }, route));
  const ending = new AbortController();
  const verify = createVerify({ db, store, hashPool, storeIsOurs }, ending.signal);
  const oci = ociRoutes({
    db,
    store,
    hashPool,
    hashes,
    instance,
    authenticate,
    manifests: new BytesCache(manifestCacheBytes),
    smallBlobs: new BytesCache(smallBlobCacheBytes),
    defaultProject,
    storeIsOurs,
    requireRoom: () => room.requireRoom(),
    ready: () => watch.ours,
    stopping: () => stopping,
    log: log.of('oci'),
  });
  const outside = { externalUrl: config.externalUrl, proxies: new TrustedProxies(config.trustedProxies) };
  const handle = await createHttpServer(
    [oci, tokenRoutes({ tokens, signIn }), serveApi(api), system.routes],
    log.of('http'),
    outside,
  );
  const adminRoutes = [
    userAdminRoutes({ db, passwords, forgetInitialPassword, allowWeak: config.allowWeakAdmin }),
    keyAdminRoutes({ keys }),
    projectAdminRoutes({ db, adminName }),
    grantAdminRoutes({ db }),
    verify.adminRoutes,
    createBackup({ db, files, data: config.data }).adminRoutes,
  ];
  const answerAdmin = await createHttpServer(adminRoutes, log.of('admin'), outside);
  const { adminSocket } = config;
  stack.use(await AdminSocket.open(adminSocket.path, () => refuseForeignFolder(adminSocket), answerAdmin));
  // Before the socket closes, which waits for what it has to answer.
  stack.defer(() => ending.abort());
  const rest = stack.move();
  return {
    handle,
    drain: () => {
      stopping = true;
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}
