import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openMasterKey } from '../../access/tokens/open-master-key.ts';
import { compareWithStore, identityOf } from '../../content/blobs/take-over-store.ts';
import { Secret } from '../../lib/secret.ts';
import { StartProblem } from '../../lib/start-problem.ts';
import { FsStore } from '../../platform/blobstore/fs-store.ts';
import type { Database } from '../../platform/db/database.ts';
import { findMoveMark, type MovePosition, markLeaving } from '../../platform/db/move/move-mark.ts';
import { type MovePlan, planMove } from '../../platform/db/move/plan-move.ts';
import type { MoveTarget } from '../../platform/db/postgres/move-target.ts';
import { MoveSource } from '../../platform/db/sqlite/move-source.ts';
import { ProcessLock } from '../../platform/db/sqlite/process-lock.ts';
import {
  SqliteDatabase,
  type SqliteDeps,
  type SqlitePaths,
} from '../../platform/db/sqlite/sqlite-database.ts';
import { DataFolder } from '../../platform/files/data-folder.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { compareAndBind } from './compare-and-bind.ts';
import { copyRows, type RowDeps } from './copy-rows.ts';
import type { MoveProgress, MoveReport } from './move-report.ts';

export type DatabaseMove = MoveReport;

/** A server on SQLite that does not run. */
export interface LeftServer {
  readonly data: string;
  readonly paths: SqlitePaths;
  readonly storage: string;
  /** Undefined: the key file of the data folder. */
  readonly secretKey: Secret | undefined;
}

export interface MoveDeps extends SqliteDeps {
  readonly log: Logger;
}

export interface MoveInput {
  readonly to: Secret;
  /** What it is called, without a password. */
  readonly name: string;
  readonly dryRun: boolean;
  readonly onProgress: (progress: MoveProgress) => void;
  /** Ends it between two pages; the next run goes on there. */
  readonly signal: AbortSignal;
}

export interface Moved {
  readonly report: MoveReport;
  /** With which the keys in the database are encrypted. */
  readonly secretKey: Secret;
}

/**
 * Copies the database of a server that does not run into an empty PostgreSQL database, or goes on where an earlier run
 * ended, and compares all rows. From then on this one is not served any more; the next start on the other one binds it
 * to the storage.
 * @throws DataFolderLocked, SchemaTooNew, StartProblem; what the signal was aborted with
 */
export async function moveDatabase(server: LeftServer, deps: MoveDeps, input: MoveInput): Promise<Moved> {
  const { data, paths, storage } = server;
  const { files, log } = deps;
  await using stack = new AsyncDisposableStack();
  let found = false;
  const folder = await DataFolder.open(data, files, { local: true });
  stack.defer(() => (found ? Promise.resolve() : folder.removeNewFolders()));
  const lock = ProcessLock.take(join(data, 'lock.db'));
  stack.defer(() => (found || !lock.isNew ? Promise.resolve(lock.release()) : lock.releaseAndRemove(files)));
  if (!(await folder.hasDatabase())) throw new StartProblem('dataMissing', { folder: data });
  found = true;
  const db = stack.use(await SqliteDatabase.open(paths, deps));
  await openMasterKey({ db, folder }, server.secretKey);
  const store = stack.use(
    new FsStore(storage, files, (error) => log.warn({ error }, 'a file was not closed')),
  );
  const source = stack.use(MoveSource.open(paths.database));
  // Whoever uses SQLite does not pay for the driver.
  const { MoveTarget } = await import('../../platform/db/postgres/move-target.ts');
  const target = stack.use(await MoveTarget.open(input.to, input.name));
  const plan = await makePlan({ db, source, target }, input.name);
  if (plan.kind !== 'arrived' && (await compareWithStore({ db, store }, storage)) !== 'bound')
    throw new StartProblem('storeOfAnother', { storage });
  const report = await carryOut({ db, source, target }, plan, input);
  return { report, secretKey: server.secretKey ?? new Secret((await folder.readKey()) ?? '') };
}

interface Ends {
  readonly db: Database;
  readonly source: MoveSource;
  readonly target: MoveTarget;
}

async function makePlan({ db, source, target }: Ends, to: string): Promise<MovePlan> {
  const mark = await findMoveMark(db.reader);
  const { storeId } = await requireIdentity(db);
  return planMove({ mark, storeId, schema: source.schema, to }, await target.find());
}

async function carryOut(ends: Ends, plan: MovePlan, input: MoveInput): Promise<MoveReport> {
  const { source, target } = ends;
  const { name, dryRun, signal, onProgress } = input;
  const tables = Object.fromEntries(source.tables.map((table) => [table.table, source.count(table)]));
  const totalRows = Object.values(tables).reduce((sum, count) => sum + count, 0);
  const report = { to: name, kind: plan.kind, dryRun, rows: totalRows, tables };
  if (dryRun || plan.kind === 'arrived') return { ...report, copiedRows: 0, copyMs: 0, compareMs: 0 };
  const rowDeps: RowDeps = {
    source,
    target,
    to: name,
    totalRows,
    onProgress,
    requireGoingOn: () => signal.throwIfAborted(),
  };
  const startedAt = performance.now();
  const from = await positionOf(ends, plan, name);
  const copiedRows = await copyRows(rowDeps, from);
  const copiedAt = performance.now();
  const { storeId, epoch } = await requireIdentity(ends.db);
  await compareAndBind(rowDeps, { storeId, epoch: epoch + 1, nonce: randomUUID() }, () =>
    leave(ends, 'moved', name),
  );
  const copyMs = Math.round(copiedAt - startedAt);
  return { ...report, copiedRows, copyMs, compareMs: Math.round(performance.now() - copiedAt) };
}

/** Both databases know of the move before its first row is copied. */
async function positionOf(
  ends: Ends,
  plan: Exclude<MovePlan, { readonly kind: 'arrived' }>,
  to: string,
): Promise<MovePosition> {
  const { db, source, target } = ends;
  if (plan.kind === 'resume') {
    target.resume(plan.position);
    return plan.position;
  }
  const moveId = randomUUID();
  const { storeId } = await requireIdentity(db);
  await target.migrate(source.schema);
  // One that was as good as left stays so: the database it went to may have become the storage's.
  const state = (await findMoveMark(db.reader))?.state === 'moved' ? 'moved' : 'begun';
  const mark = { moveId, storeId, schema: source.schema };
  await db.transaction((tx) => markLeaving(tx, { ...mark, state, other: to }));
  return target.begin({ ...mark, other: 'SQLite' }, source.tables);
}

async function leave({ db, source }: Ends, state: 'moved', to: string): Promise<void> {
  const { storeId } = await requireIdentity(db);
  const moveId = (await findMoveMark(db.reader))?.moveId ?? '';
  await db.transaction((tx) => markLeaving(tx, { moveId, state, storeId, schema: source.schema, other: to }));
}

async function requireIdentity(db: Database): Promise<{ readonly storeId: string; readonly epoch: number }> {
  const identity = await identityOf(db);
  // A first start that came to nothing: there is nothing to move.
  if (identity === undefined) throw new StartProblem('nothingToMove');
  return identity;
}
