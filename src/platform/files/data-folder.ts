import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { StartProblem } from '../../lib/start-problem.ts';
import { ensureFolder, syncPath } from './ensure-folder.ts';
import { type FileOps, systemCode } from './file-ops.ts';
import { readFileWhole, removeFileDurably, writeFileDurably } from './write-file-durably.ts';

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
const keyFile = 'secret.key';
const secretFiles = ['berth.db', passwordFile, keyFile] as const;

/** What a start or a change of a file that was killed may have left. */
const leftover = /^(\.berth-probe-[0-9a-f-]{36}|(initial-admin-password|secret\.key)\.[0-9a-f-]{36}\.new)$/;

/** Others can read a file's content; its group can. */
const readableByOthers = 0o004;
const readableByGroup = 0o040;

/** The private folder of an instance: what is in it is nobody else's business. */
export class DataFolder {
  readonly path: string;
  readonly #files: FileOps;

  /** Folders that did not exist before. */
  readonly #made: readonly string[];
  #madeKey = false;

  private constructor(path: string, files: FileOps, made: readonly string[]) {
    this.path = path;
    this.#files = files;
    this.#made = made;
  }

  /**
   * Makes the folder if need be.
   * @param use `local`: the database lies in it
   * @throws StartProblem folderNotWritable, networkFileSystem, secretFileReadable, diskFull
   */
  static async open(path: string, files: FileOps, use: { readonly local: boolean }): Promise<DataFolder> {
    let made: string[] = [];
    try {
      made = await ensureFolder(files, path, 0o700);
      await probe(files, path);
      await syncPath(files, path);
      if (use.local) await refuseNetwork(files, path);
      for (const name of secretFiles) await refuseReadable(files, join(path, name));
    } catch (error) {
      await removeEmpty(files, made);
      throw folderProblem(error, path);
    }
    return new DataFolder(path, files, made);
  }

  /** With the folder's lock held, so that nobody else is about to put such a file in its place. */
  async removeLeftovers(): Promise<void> {
    for (const { name } of await this.#files.list(this.path))
      if (leftover.test(name)) await this.#files.removeAll(join(this.path, name));
  }

  /** To be asked with the folder's lock held: another start may be making one. */
  hasDatabase(): Promise<boolean> {
    return exists(this.#files, join(this.path, 'berth.db'));
  }

  /**
   * Takes back what a first start made in it. The folder's lock has to be held, so that nobody else has begun to use
   * what is removed.
   */
  async removeNewFiles(): Promise<void> {
    for (const name of ['berth.db', 'berth.db-wal', 'berth.db-shm', passwordFile, 'run']) {
      await this.#files.removeAll(join(this.path, name));
    }
    // Behind the database that needs it.
    if (this.#madeKey) await removeFileDurably(this.#files, this.keyPath);
  }

  /** Takes back the folders that were made, as far as they are empty. */
  async removeNewFolders(): Promise<void> {
    await removeEmpty(this.#files, this.#made);
  }

  get keyPath(): string {
    return join(this.path, keyFile);
  }

  /** The text of the key file; undefined when there is none. */
  async readKey(): Promise<string | undefined> {
    const bytes = await readFileWhole(this.#files, this.keyPath);
    return bytes?.toString('utf8');
  }

  /** For a folder that has no key file. */
  async keepKey(text: string): Promise<void> {
    this.#madeKey = true;
    await writeFileDurably(this.#files, this.keyPath, Buffer.from(`${text}\n`), 0o600);
  }

  /** Files with secrets that the owner's group can read, which some set-ups want. */
  async readableByGroup(): Promise<string[]> {
    const found: string[] = [];
    for (const name of secretFiles) {
      const path = join(this.path, name);
      if ((await exists(this.#files, path)) && ((await this.#files.stat(path)).mode & readableByGroup) !== 0)
        found.push(path);
    }
    return found;
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

async function removeEmpty(files: FileOps, made: readonly string[]): Promise<void> {
  for (const path of made.toReversed()) {
    try {
      await files.rmdir(path);
    } catch (error) {
      const code = systemCode(error);
      if (code !== 'ENOTEMPTY' && code !== 'ENOENT' && code !== 'EEXIST') throw error;
    }
  }
}

/** Being allowed to write is not the same as being able to. */
async function probe(files: FileOps, path: string): Promise<void> {
  const name = join(path, `.berth-probe-${randomUUID()}`);
  const fd = await files.open(name, constants.O_CREAT | constants.O_WRONLY, 0o600);
  try {
    await files.write(fd, Buffer.from('berth'), 0);
    await files.fdatasync(fd);
  } finally {
    await files.close(fd);
    // Another start, which has the lock already, may take it for a leftover.
    await files.removeAll(name);
  }
}

function folderProblem(cause: unknown, folder: string): unknown {
  const code = systemCode(cause);
  if (cause instanceof StartProblem || code === undefined) return cause;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new StartProblem('diskFull', { folder }, { cause });
  return new StartProblem('folderNotWritable', { folder, cause: code }, { cause });
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
