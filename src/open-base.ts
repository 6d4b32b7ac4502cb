import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { adminName, firstRun } from './access/first-run.ts';
import { parseHtpasswd } from './access/htpasswd/parse-htpasswd.ts';
import { openMasterKey } from './access/tokens/open-master-key.ts';
import {
  claimStore,
  isUnmarked,
  markStore,
  refuseForeignStore,
  refuseMarkedStore,
  unclaimStore,
} from './content/blobs/claim-store.ts';
import { compareWithStore, type StoreState, takeOverStore } from './content/blobs/take-over-store.ts';
import { AppError } from './lib/errors.ts';
import { StartProblem } from './lib/start-problem.ts';
import { MeasuredFsStore } from './platform/blobstore/measured-fs-store.ts';
import { Remover } from './platform/blobstore/removal/remover.ts';
import { translateFileError } from './platform/blobstore/translate-file-error.ts';
import { systemClock } from './platform/clock.ts';
import type { Config } from './platform/config/load-config.ts';
import { requireSecretKey } from './platform/config/require-secret-key.ts';
import { Bcrypt } from './platform/crypto/bcrypt.ts';
import { type MasterKey, WrongMasterKey } from './platform/crypto/master-key.ts';
import { Passwords } from './platform/crypto/password.ts';
import type { MeasuredDatabase } from './platform/db/database.ts';
import { refuseMoved } from './platform/db/move/refuse-moved.ts';
import { postgresStartProblem } from './platform/db/postgres/postgres-start-problem.ts';
import { SchemaTooNew } from './platform/db/schema-too-new.ts';
import { DataFolderLocked, ProcessLock } from './platform/db/sqlite/process-lock.ts';
import { removeUnfinished } from './platform/db/sqlite/replace-database.ts';
import { SqliteDatabase, type SqlitePaths } from './platform/db/sqlite/sqlite-database.ts';
import { DataFolder } from './platform/files/data-folder.ts';
import { type FileOps, fileOps } from './platform/files/file-ops.ts';
import { readFileWhole } from './platform/files/write-file-durably.ts';
import { InstanceLease } from './platform/locks/instance-lease.ts';
import { withLease } from './platform/locks/with-lease.ts';
import type { Log } from './platform/log/logger.ts';
import { Threads } from './platform/threads/threads.ts';

/** Less than this free, and SQLite cannot make its files. */
const roomForDatabaseBytes = 4 * 1024 * 1024;

export interface BaseDeps {
  readonly log: Log;
  /** The program's entry file, from which threads are started. */
  readonly entry: URL;
  /** Ends the process at once, without another answer. */
  readonly die: (what: string, cause: unknown) => void;
  readonly files?: FileOps;
}

export interface Base extends AsyncDisposable {
  readonly folder: DataFolder;
  readonly db: MeasuredDatabase;
  readonly store: MeasuredFsStore;
  readonly threads: Threads;
  readonly passwords: Passwords;
  readonly masterKey: MasterKey;
  /** Tells this process from the others on the same database. */
  readonly instance: string;
  readonly generatedPassword: string | undefined;
  /** The start has succeeded: what it made stays. */
  readonly keep: () => void;
}

export interface OpenHow {
  readonly create: boolean;
  /** As soon as the data folder is this process's own; returns what takes back what it made. */
  readonly locked?: () => Promise<() => Promise<void>>;
  /** Takes a store over that is not the database's, unless this throws. */
  readonly takeOver?: (state: Exclude<StoreState, 'bound'>) => Promise<void>;
  /** Takes in what a store without a marker holds, which is then marked. Without this such a store is refused. */
  readonly takeIn?: ((from: UnmarkedStore) => Promise<void>) | undefined;
}

export interface UnmarkedStore {
  readonly db: MeasuredDatabase;
  readonly store: MeasuredFsStore;
  readonly threads: Threads;
}

/** Database and store, bound to each other. What a failed start has made is taken away again. */
export async function openBase(config: Config, deps: BaseDeps, how: OpenHow): Promise<Base> {
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
  await folder.removeLeftovers();
  if (how.locked !== undefined) undo(await how.locked());
  if (local) await removeUnfinished(files, pathsOf(config.data).database);
  const empty = local && !(await folder.hasDatabase());
  if (empty && !how.create) throw new StartProblem('dataMissing', { folder: config.data });
  const storage = log.of('storage');
  const threads = new Threads(deps.entry);
  const remover = stack.use(new Remover(threads));
  const store = stack.use(
    new MeasuredFsStore(
      config.storage,
      files,
      (error) => storage.warn({ error }, 'a file was not closed'),
      (doomed) => remover.remove(doomed),
    ),
  );
  if (empty) {
    if (how.takeIn !== undefined) await refuseMarkedStore(store, config.storage);
    else if (how.takeOver === undefined) await refuseForeignStore(store, config.storage);
    undo(() => folder.removeNewFiles());
    undo(() => store.unprepare());
  }
  const beforeFresh =
    how.takeOver === undefined ? () => refuseForeignStore(store, config.storage) : undefined;
  const db = stack.use(await openDatabase(config, deps, threads, beforeFresh));
  const masterKey = await openMasterKey({ db, folder }, config.secretKey);
  const passwords = new Passwords(stack.use(new Bcrypt(threads)));
  const generatedPassword = how.create
    ? await makeFirstRows(config, { db, files, folder, passwords })
    : undefined;
  const instance = randomUUID();
  if (empty && how.takeOver === undefined) undo(() => unclaimStore({ db, store }));
  const bind = async (alone: boolean, stillHeld: () => void): Promise<void> => {
    if (how.takeOver !== undefined) {
      const state = await compareWithStore({ db, store }, config.storage);
      if (state !== 'bound') {
        await how.takeOver(state);
        stillHeld();
        await takeOverStore({ db, store }, config.storage);
      }
    }
    if (how.takeIn !== undefined && (await isUnmarked({ db, store }, config.storage))) {
      // Before the long work: it makes sure that the store can be written to.
      await store.prepare();
      // What was taken in stays, whatever comes: the next run goes on from there.
      kept = true;
      await how.takeIn({ db, store, threads });
      await markStore({ db, store }, config.storage);
    }
    stillHeld();
    await claimStore({ db, store }, config.storage, alone);
    stillHeld();
    await store.prepare();
  };
  if (local) await bind(true, () => {});
  else {
    const lease = stack.use(new InstanceLease(db, instance, log.of('instances')));
    await withLease(db, { name: 'store-identity', holder: instance }, async (stillHeld) =>
      bind(!(await lease.take()), stillHeld),
    );
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

/** @throws StartProblem when it was moved away, or is not filled yet */
export async function openDatabase(
  config: Config,
  deps: BaseDeps,
  threads: Threads,
  beforeFresh?: () => Promise<void>,
): Promise<MeasuredDatabase> {
  await using stack = new AsyncDisposableStack();
  const db = stack.use(await openEngine(config, deps, { threads, beforeFresh }));
  await refuseMoved(db, config.data);
  stack.move();
  return db;
}

async function openEngine(
  config: Config,
  deps: BaseDeps,
  {
    threads,
    beforeFresh,
  }: { readonly threads: Threads; readonly beforeFresh: (() => Promise<void>) | undefined },
): Promise<MeasuredDatabase> {
  const { databaseUrl, databasePool, data } = config;
  const { die, files = fileOps } = deps;
  if (databaseUrl !== undefined) {
    // Whoever uses SQLite does not pay for the driver.
    const { PostgresDatabase } = await import('./platform/db/postgres/postgres-database.ts');
    const log = deps.log.of('database');
    return PostgresDatabase.open(databaseUrl, { size: databasePool, beforeFresh, log });
  }
  try {
    return await SqliteDatabase.open(pathsOf(data), { files, threads, clock: systemClock, die });
  } catch (error) {
    // Where there is no room for its files, SQLite calls it an I/O error.
    const { freeBytes } = await files.statfs(data);
    throw freeBytes < roomForDatabaseBytes ? new AppError('STORAGE_FULL', {}, { cause: error }) : error;
  }
}

export function pathsOf(data: string): SqlitePaths {
  return { database: join(data, 'berth.db'), snapshots: join(data, 'snapshots') };
}

async function makeFirstRows(
  config: Config,
  deps: {
    readonly db: MeasuredDatabase;
    readonly files: FileOps;
    readonly folder: DataFolder;
    readonly passwords: Passwords;
  },
): Promise<string | undefined> {
  const { db, files, folder, passwords } = deps;
  return firstRun(
    {
      db,
      passwords,
      keepInitialPassword: (password) => folder.keepInitialPassword(password),
      forgetInitialPassword: () => folder.forgetInitialPassword(),
    },
    {
      password: config.adminPassword,
      libraryIsPrivate: config.distribution !== undefined,
      passwordHash: await adminHash(files, config.distribution?.htpasswd),
      allowWeak: config.allowWeakAdmin,
    },
  );
}

/** Who is called so in a file of passwords signs in as before. */
async function adminHash(files: FileOps, htpasswd: string | undefined): Promise<string | undefined> {
  if (htpasswd === undefined) return undefined;
  const bytes = await readFileWhole(files, htpasswd);
  return bytes === undefined ? undefined : parseHtpasswd(bytes.toString('utf8')).entries.get(adminName);
}

/** What a start may fail with, as the problems that the command line has a sentence for. */
export function asStartProblem(error: unknown, config: Config): unknown {
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
  const refused = postgresStartProblem(error instanceof AppError ? error.cause : error);
  if (refused !== undefined) return refused;
  const known = translateFileError(error);
  if (!(known instanceof AppError)) return error;
  const cause = reasonOf(known);
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

function reasonOf({ cause, message }: AppError): string {
  // A name with several addresses fails once for each; Node's error of all of them says nothing itself.
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error ? first.message : message;
}

function fullFolder(cause: unknown, config: Config): string {
  const path = cause instanceof Error && 'path' in cause ? String(cause.path) : '';
  return path.startsWith(config.storage) ? config.storage : config.data;
}
