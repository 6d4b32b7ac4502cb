import { TokenKeys } from './access/tokens/token-keys.ts';
import { tokenLife, tokenMinutes } from './access/tokens/token-life.ts';
import { resetPassword } from './access/users/reset-password.ts';
import { storeMatches } from './content/blobs/claim-store.ts';
import { knowsStore } from './content/blobs/take-over-store.ts';
import { byAge } from './content/snapshots/by-age.ts';
import { SnapshotFolder } from './content/snapshots/snapshot-folder.ts';
import { listSnapshots } from './content/snapshots/snapshot-store.ts';
import { UploadHashes } from './content/uploads/upload-hashes.ts';
import { type Adopt, createAdopt } from './features/adopt/adopt.ts';
import { type AuditLogCheck, type AuditLogProof, createAuditProofs } from './features/audit/audit.ts';
import { type Backup, createBackup, type DatabaseRestore, restoreInto } from './features/backup/backup.ts';
import { type DatabaseMove, type MoveDeps, type MoveInput, moveDatabase } from './features/move/move.ts';
import { createVerify, type StorageCheck, type StorageReport } from './features/verify/verify.ts';
import { asStartProblem, type BaseDeps, openBase, openDatabase, pathsOf } from './open-base.ts';
import { FsStore } from './platform/blobstore/fs-store.ts';
import { systemClock } from './platform/clock.ts';
import type { Config } from './platform/config/load-config.ts';
import { requireSecretKey } from './platform/config/require-secret-key.ts';
import { DataFolderLocked } from './platform/db/sqlite/process-lock.ts';
import { type FileOps, fileOps, systemCode } from './platform/files/file-ops.ts';
import { readFileWhole } from './platform/files/write-file-durably.ts';
import { Settings } from './platform/settings/settings.ts';
import { HashPool } from './platform/threads/hash-pool.ts';
import { Threads } from './platform/threads/threads.ts';
import { authorityFile } from './platform/tls/authority-file.ts';

/** The certificate of the authority that this data folder has; undefined: it has none. */
export async function authorityOf(config: Config): Promise<string | undefined> {
  return (await readFileWhole(fileOps, authorityFile(config.data)))?.toString('utf8');
}

export interface OfflineServer extends AsyncDisposable {
  resetPassword(input: { username: string; password: string }): Promise<void>;
  verifyStorage(input: StorageCheck): Promise<StorageReport>;
  verifyAuditLog(check: AuditLogCheck): Promise<AuditLogProof>;
  rotateKeys(): Promise<{ readonly kid: string }>;
  readonly backUp: Backup['database'];
}

/**
 * What can be done while no server runs; keeps one from starting meanwhile.
 * @throws StartProblem dataInUse when a server runs, dataMissing when there never was one
 */
export async function openOffline(config: Config, deps: BaseDeps): Promise<OfflineServer> {
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
    verifyAuditLog: (check) =>
      createAuditProofs({ db, masterKey: base.masterKey, log: deps.log.of('audit') }, check.signal).verify(
        check,
      ),
    rotateKeys: async () => {
      const { masterKey } = base;
      const { tokenLifeSeconds } = config;
      const defaults = { token_expiration: tokenMinutes(tokenLifeSeconds) };
      await using settings = await Settings.open({ db, masterKey, log: deps.log.of('settings'), defaults });
      const lifeSeconds = tokenLife(settings, tokenLifeSeconds);
      const keys = await TokenKeys.open({ db, masterKey, lifeSeconds });
      return { kid: await keys.rotate() };
    },
    backUp: createBackup({
      db,
      files: deps.files ?? fileOps,
      data: config.data,
      ending: new AbortController().signal,
    }).database,
    [Symbol.asyncDispose]: () => base[Symbol.asyncDispose](),
  };
}

/**
 * Puts a backup in place of the database, while no server runs, and binds it to the storage.
 * @param wanted `newest`, or the path of a file
 * @throws StartProblem
 */
export async function restoreBackup(
  config: Config,
  deps: BaseDeps,
  wanted: string,
): Promise<DatabaseRestore> {
  try {
    requireSecretKey(config);
    const server = { ...config, paths: pathsOf(config.data) };
    const report = await restoreInto(server, stoppedDeps(deps, 'restore'), wanted);
    await bindRestored(config, deps);
    return report;
  } catch (error) {
    throw asStartProblem(error, config);
  }
}

/**
 * Moves the database of a server that does not run from SQLite to PostgreSQL, and binds it to the storage.
 * @throws StartProblem; what the signal was aborted with
 */
export async function moveToPostgres(
  config: Config,
  deps: BaseDeps,
  input: MoveInput,
): Promise<DatabaseMove> {
  try {
    const server = { ...config, paths: pathsOf(config.data) };
    const { report, secretKey } = await moveDatabase(server, stoppedDeps(deps, 'move'), input);
    if (!input.dryRun) await bindRestored({ ...config, databaseUrl: input.to, secretKey }, deps);
    return report;
  } catch (error) {
    throw asStartProblem(error, config);
  }
}

function stoppedDeps({ files = fileOps, entry, die, log }: BaseDeps, module: string): MoveDeps {
  return { files, threads: new Threads(entry), clock: systemClock, die, log: log.of(module) };
}

/** The first start on it; it ends with this. A server that was faster has bound it as well. */
async function bindRestored(config: Config, deps: BaseDeps): Promise<void> {
  try {
    await using base = await openBase(config, deps, { create: false });
    base.keep();
  } catch (error) {
    if (!(error instanceof DataFolderLocked)) throw error;
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
  deps: BaseDeps,
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
  deps: BaseDeps,
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
    openUploadLimit: config.openUploads,
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
async function snapshotOfLost(config: Config, deps: BaseDeps): Promise<string | undefined> {
  const { files = fileOps } = deps;
  if (config.databaseUrl === undefined) {
    if (await isThere(files, pathsOf(config.data).database)) return undefined;
  } else {
    await using db = await openDatabase(config, deps, new Threads(deps.entry));
    if (await knowsStore(db)) return undefined;
  }
  const held = await new SnapshotFolder(files, pathsOf(config.data).snapshots).list();
  await using store = new FsStore(config.storage, files, (error) =>
    deps.log.of('storage').warn({ error }, 'a file was not closed'),
  );
  const stored = await listSnapshots(store);
  return byAge<{ readonly takenAt: number; readonly name: string }>([...held, ...stored], systemClock()).at(
    -1,
  )?.name;
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
