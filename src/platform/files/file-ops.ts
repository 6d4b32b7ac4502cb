import fs from 'node:fs';
import { promisify } from 'node:util';

/** The file system as the rest of `platform` sees it: every call leaves the main thread, and tests can stand in between. */
export interface FileOps {
  open(path: string, flags: number, mode?: number): Promise<number>;
  close(fd: number): Promise<void>;
  /** Returns fewer bytes than asked only at the end of the file. */
  read(fd: number, buffer: Uint8Array, length: number, position: number): Promise<number>;
  write(fd: number, bytes: Uint8Array, position: number): Promise<void>;
  truncate(fd: number, sizeBytes: number): Promise<void>;
  fdatasync(fd: number): Promise<void>;
  /** Makes the names in a folder durable: what was created, renamed or removed there. */
  syncFolder(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A second name for a file; fails with EEXIST when there is one of that name. */
  link(from: string, to: string): Promise<void>;
  mkdir(path: string, mode?: number): Promise<void>;
  unlink(path: string): Promise<void>;
  rmdir(path: string): Promise<void>;
  /** A file, or a folder with all that is in it; what is not there is fine. */
  removeAll(path: string): Promise<void>;
  /** Undefined: it is no regular file. */
  sizeOf(fd: number): Promise<number | undefined>;
  stat(path: string): Promise<fs.Stats>;
  /** Of a symbolic link itself. */
  lstat(path: string): Promise<fs.Stats>;
  list(path: string): Promise<fs.Dirent[]>;
  statfs(path: string): Promise<FileSystemFacts>;
}

export interface FileSystemFacts {
  /** Linux's magic number of the kind of file system. */
  readonly type: number;
  readonly freeBytes: number;
  readonly capacityBytes: number;
}

const open = promisify(fs.open) as (path: string, flags: number, mode?: number) => Promise<number>;
const close = promisify(fs.close);
const fsync = promisify(fs.fsync);
const fstat = promisify(fs.fstat) as (fd: number) => Promise<fs.Stats>;
const stat = promisify(fs.stat) as (path: string) => Promise<fs.Stats>;
const lstat = promisify(fs.lstat) as (path: string) => Promise<fs.Stats>;
const mkdir = promisify(fs.mkdir) as (path: string, mode: number) => Promise<void>;
const rmdir = promisify(fs.rmdir) as (path: string) => Promise<void>;
const statfs = promisify(fs.statfs) as (path: string) => Promise<fs.StatsFs>;

function readOnce(
  fd: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(fd, buffer, offset, length, position, (error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}

function writeOnce(fd: number, bytes: Uint8Array, offset: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.write(fd, bytes, offset, bytes.length - offset, position, (error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}

export const fileOps: FileOps = {
  open: (path, flags, mode = 0o644) => open(path, flags, mode),
  close,
  async read(fd, buffer, length, position) {
    let done = 0;
    while (done < length) {
      const count = await readOnce(fd, buffer, done, length - done, position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  },
  async write(fd, bytes, position) {
    let done = 0;
    while (done < bytes.length) done += await writeOnce(fd, bytes, done, position + done);
  },
  truncate: promisify(fs.ftruncate),
  fdatasync: promisify(fs.fdatasync),
  async syncFolder(path) {
    const fd = await open(path, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
    try {
      await fsync(fd);
    } finally {
      await close(fd);
    }
  },
  rename: promisify(fs.rename),
  link: promisify(fs.link),
  mkdir: (path, mode = 0o755) => mkdir(path, mode),
  unlink: promisify(fs.unlink),
  rmdir,
  removeAll: (path) => fs.promises.rm(path, { recursive: true, force: true }),
  async sizeOf(fd) {
    const found = await fstat(fd);
    return found.isFile() ? found.size : undefined;
  },
  stat,
  lstat,
  list: (path) => fs.promises.readdir(path, { withFileTypes: true }),
  async statfs(path) {
    const facts = await statfs(path);
    return {
      type: facts.type,
      freeBytes: facts.bavail * facts.bsize,
      capacityBytes: facts.blocks * facts.bsize,
    };
  },
};

/** The `code` of a system error, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
