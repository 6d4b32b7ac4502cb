import { constants } from 'node:fs';
import { join } from 'node:path';
import { StartProblem } from '../../lib/start-problem.ts';
import { ensureFolder } from './ensure-folder.ts';
import { type FileOps, systemCode } from './file-ops.ts';
import { removeFileDurably, writeFileDurably } from './write-file-durably.ts';

/** Magic numbers of file systems on which SQLite's locks or its shared memory do not work (statfs(2)). */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9p'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x47504653, 'GPFS'],
  [0x0bd00bd0, 'Lustre'],
]);

const passwordFile = 'initial-admin-password';

/** Others can read a file's content. */
const readableByOthers = 0o004;

/** The private folder of an instance: what is in it is nobody else's business. */
export class DataFolder {
  readonly path: string;
  /** There was no database in it when it was opened. */
  readonly isNew: boolean;
  readonly #files: FileOps;

  private constructor(path: string, files: FileOps, isNew: boolean) {
    this.path = path;
    this.#files = files;
    this.isNew = isNew;
  }

  /**
   * Makes the folder if need be.
   * @param use `local`: the database lies in it
   * @throws StartProblem folderNotWritable, networkFileSystem, secretFileReadable, diskFull
   */
  static async open(path: string, files: FileOps, use: { readonly local: boolean }): Promise<DataFolder> {
    try {
      await ensureFolder(files, path, 0o700);
      await probe(files, path);
    } catch (error) {
      throw folderProblem(error, path);
    }
    if (use.local) await refuseNetwork(files, path);
    for (const name of ['berth.db', passwordFile]) await refuseReadable(files, join(path, name));
    return new DataFolder(path, files, !(await exists(files, join(path, 'berth.db'))));
  }

  /** Its path while the file exists. */
  async initialPasswordFile(): Promise<string | undefined> {
    const path = join(this.path, passwordFile);
    return (await exists(this.#files, path)) ? path : undefined;
  }

  async keepInitialPassword(password: string): Promise<void> {
    await writeFileDurably(this.#files, join(this.path, passwordFile), Buffer.from(`${password}\n`), 0o600);
  }

  async forgetInitialPassword(): Promise<void> {
    await removeFileDurably(this.#files, join(this.path, passwordFile));
  }
}

async function exists(files: FileOps, path: string): Promise<boolean> {
  try {
    await files.stat(path);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw folderProblem(error, path);
  }
}

/** Being allowed to write is not the same as being able to. */
async function probe(files: FileOps, path: string): Promise<void> {
  const name = join(path, '.berth-probe');
  const fd = await files.open(name, constants.O_CREAT | constants.O_WRONLY, 0o600);
  try {
    await files.write(fd, Buffer.from('berth'), 0);
    await files.fdatasync(fd);
  } finally {
    await files.close(fd);
    await files.unlink(name);
  }
}

function folderProblem(cause: unknown, folder: string): unknown {
  if (cause instanceof StartProblem) return cause;
  switch (systemCode(cause)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
      return new StartProblem('folderNotWritable', { folder, cause: systemCode(cause) ?? '' }, { cause });
    case 'ENOSPC':
    case 'EDQUOT':
      return new StartProblem('diskFull', { folder }, { cause });
    default:
      return cause;
  }
}

async function refuseNetwork(files: FileOps, folder: string): Promise<void> {
  const kind = networkFileSystems.get((await files.statfs(folder)).type);
  if (kind !== undefined) throw new StartProblem('networkFileSystem', { folder, kind });
}

async function refuseReadable(files: FileOps, path: string): Promise<void> {
  if (!(await exists(files, path))) return;
  const { mode } = await files.stat(path);
  if ((mode & readableByOthers) !== 0) throw new StartProblem('secretFileReadable', { file: path });
}
