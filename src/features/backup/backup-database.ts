import { dirname } from 'node:path';
import { AppError } from '../../lib/errors.ts';
import type { DumpableDatabase } from '../../platform/db/database.ts';
import { DamagedDump } from '../../platform/db/dump/dump-format.ts';
import { checkDump } from '../../platform/db/dump/read-dump.ts';
import { type FileOps, systemCode } from '../../platform/files/file-ops.ts';
import { filePieces } from '../../platform/files/file-pieces.ts';
import { writePiecesDurably } from '../../platform/files/write-pieces-durably.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface BackupDeps {
  readonly db: DumpableDatabase;
  readonly files: FileOps;
  /** The data folder. */
  readonly data: string;
  /** The server is about to stop. */
  readonly ending: AbortSignal;
}

export interface BackupInput {
  /** Absolute. */
  readonly file: string;
  /** An earlier backup of that name is replaced. */
  readonly force: boolean;
}

export interface BackupReport {
  readonly file: string;
  readonly sizeBytes: number;
  readonly ms: number;
  /** Number of the schema. */
  readonly schema: number;
  readonly storeId: string;
  readonly epoch: number;
  /** ISO 8601, by the database's clock. */
  readonly created: string;
  readonly rows: number;
  /** Rows by table. */
  readonly tables: Readonly<Record<string, number>>;
}

/**
 * Writes the database to a file and reads that back. Whatever fails, there is no file of that name that is not whole.
 * @throws AppError
 */
export async function backupDatabase(deps: BackupDeps, { file, force }: BackupInput): Promise<BackupReport> {
  const { db, files, ending } = deps;
  const startedAt = performance.now();
  try {
    await refuseDataFolder(deps, file);
    await refuseExisting(files, file, force);
    const check = async (path: string) => ({
      summary: await checkDump(unlessAborted(filePieces(files, path), ending)),
      sizeBytes: (await files.stat(path)).size,
    });
    const { summary, sizeBytes } = await writePiecesDurably(files, {
      path: file,
      pieces: unlessAborted(db.dump(), ending),
      replace: force,
      check,
    });
    const { header, rows, tables } = summary;
    return {
      file,
      sizeBytes,
      ms: Math.round(performance.now() - startedAt),
      schema: header.schema,
      storeId: header.storeId,
      epoch: header.epoch,
      created: new Date(header.created).toISOString(),
      rows,
      tables,
    };
  } catch (error) {
    if (ending.aborted)
      throw new AppError(
        'DATABASE_UNAVAILABLE',
        { message: 'the server stops; no backup was made' },
        { cause: error },
      );
    throw fileProblem(error, file);
  }
}

/** There lie the database and its lock, which nobody may replace; and a backup would be lost with what it is of. */
async function refuseDataFolder({ files, data }: BackupDeps, file: string): Promise<void> {
  const [target, own] = [await files.stat(dirname(file)), await files.stat(data)];
  if (target.ino !== own.ino || target.dev !== own.dev) return;
  throw new AppError('BAD_REQUEST', {
    message: `${file} lies in the data folder, with which it would be lost`,
    detail: 'name a file in another folder, best on another disk',
  });
}

/** A device or a folder is never replaced. */
async function refuseExisting(files: FileOps, file: string, force: boolean): Promise<void> {
  let isFile: boolean;
  try {
    isFile = (await files.stat(file)).isFile();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if (!isFile)
    throw new AppError('BAD_REQUEST', {
      message: `${file} is a folder or a device, not a file`,
      detail: 'name the file to write, such as berth.jsonl.gz in that folder',
    });
  if (!force) throw existsAlready(file);
}

function existsAlready(file: string): AppError {
  return new AppError('CONFLICT', {
    message: `${file} exists already`,
    detail: 'name another file, or replace it with --force',
  });
}

function fileProblem(cause: unknown, file: string): unknown {
  if (cause instanceof DamagedDump)
    return new AppError(
      'STORAGE_UNAVAILABLE',
      {
        message: `${file} could not be read back as it was written (${cause.message}); no backup was made`,
        detail: 'check the disk it lies on, and name a file on another one',
      },
      { cause },
    );
  const code = cause instanceof AppError ? undefined : systemCode(cause);
  if (code === undefined || !/^E[A-Z]+$/.test(code)) return cause;
  if (code === 'EEXIST') return existsAlready(file);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('STORAGE_FULL', { message: `the disk of ${file} is full` }, { cause });
  const message =
    code === 'ENOENT' ? `the folder of ${file} is not there` : `${file} cannot be written (${code})`;
  const detail = 'name a file in a folder that the user of the server may write to';
  return new AppError('BAD_REQUEST', { message, detail }, { cause });
}
