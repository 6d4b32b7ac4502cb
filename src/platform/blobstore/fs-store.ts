import { randomUUID } from 'node:crypto';
import { constants, copyFile } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ensureFolder, syncPath } from '../files/ensure-folder.ts';
import { type FileOps, systemCode } from '../files/file-ops.ts';
import { openRegularFile } from '../files/open-regular-file.ts';
import {
  createFileDurably,
  readFileWhole,
  removeFileDurably,
  stagedEnding,
  writeFileDurably,
  writeSynced,
} from '../files/write-file-durably.ts';
import type { HashJob } from '../threads/hash-pool.ts';
import type {
  BlobStore,
  Deletion,
  ListedObject,
  OpenObject,
  Space,
  StagedPart,
  StagedPlace,
  StagedWriter,
} from './blob-store.ts';
import { clearWay, isBehindLink } from './clear-way.ts';
import { type Descriptor, DescriptorCache } from './descriptor-cache.ts';
import { FolderSync } from './folder-sync.ts';
import { FsStagedWriter } from './fs-staged-writer.ts';
import { KeyLock } from './key-lock.ts';
import { blobsRoot, hexPrefixes, stagingRoot, storeMarkerKey } from './layout.ts';
import { LostWrites } from './lost-writes.ts';
import { PieceReader } from './piece-reader.ts';
import { type NameRemover, removeFiles, removingBy } from './removal/remove-files.ts';
import { removeIfEmpty } from './removal/remove-name.ts';
import { translated } from './translate-file-error.ts';

const publishAttempts = 5;
const copyFileAsync = promisify(copyFile);

/** A folder, local or shared, in the layout of Docker's registry. */
export class FsStore implements BlobStore, AsyncDisposable {
  readonly capabilities = { append: true, atomicRename: true, minimumPartBytes: 0 };
  readonly #root: string;
  readonly #lost: LostWrites;
  readonly #files: FileOps;
  readonly #folders: FolderSync;
  readonly #descriptors: DescriptorCache;
  readonly #reader: PieceReader;
  readonly #keys = new KeyLock();
  readonly #remove: NameRemover;
  /** Put in place durably since a sync of their folders had failed: somebody may have been told of them. */
  readonly #madeAnew = new Set<string>();
  /** Folders that did not exist before `prepare`. */
  readonly #made: string[] = [];

  /**
   * @param onError for what nobody waits for, such as closing a descriptor
   * @param remove removes many names; default: `files`
   */
  constructor(root: string, files: FileOps, onError: (error: unknown) => void, remove?: NameRemover) {
    this.#root = root;
    this.#lost = new LostWrites(files);
    this.#files = this.#lost.files;
    this.#folders = new FolderSync(this.#files);
    this.#descriptors = new DescriptorCache(files, (path) => this.#openObject(path), onError);
    this.#reader = new PieceReader(files);
    this.#remove = remove ?? removingBy(files);
  }

  /**
   * Creates the folders that every later publish relies on, durably: the staging folder and the 256 prefixes.
   * After it a publish needs to sync only the two folders whose names it changes. Nobody else may be starting on the
   * store meanwhile.
   */
  async prepare(): Promise<void> {
    await translated(async () => {
      const staging = join(this.#root, stagingRoot);
      const algorithm = join(this.#root, blobsRoot, 'sha256');
      for (const path of [staging, algorithm]) {
        this.#made.push(...(await ensureFolder(this.#files, path)));
        await syncPath(this.#files, path);
      }
      await this.#removeLeftFiles();
      const known = new Set((await this.#files.list(algorithm)).map((entry) => entry.name));
      const missing = hexPrefixes.filter((prefix) => !known.has(prefix));
      for (const prefix of missing) await ignoring('EEXIST', this.#files.mkdir(join(algorithm, prefix)));
      // Synced also when all are there: the start that made them may have died before its sync.
      await this.#files.syncFolder(algorithm);
    });
  }

  /** Takes back the folders that `prepare` made, as far as they are empty, for a first start that came to nothing. */
  async unprepare(): Promise<void> {
    await translated(async () => {
      const algorithm = join(this.#root, blobsRoot, 'sha256');
      const prefixes = hexPrefixes.map((prefix) => join(algorithm, prefix));
      for (const path of [...this.#made, ...prefixes].toReversed()) await removeIfEmpty(this.#files, path);
    });
  }

  /**
   * A crash may have left a marker, or a small object, that was not put in place. Where another instance is just about
   * to, its rename fails, and it tries again.
   */
  async #removeLeftFiles(): Promise<void> {
    const staging = join(this.#root, stagingRoot);
    const left = [
      ...(await this.#files.list(this.#root))
        .filter(({ name }) => name.startsWith(`${storeMarkerKey}.`))
        .map(({ name }) => join(this.#root, name)),
      ...(await this.#files.list(staging)).map(({ name }) => join(staging, name)),
    ];
    for (const path of left) {
      if (path.endsWith(stagedEnding)) await ignoring('ENOENT', this.#files.unlink(path));
    }
  }

  stat(key: string): Promise<{ readonly sizeBytes: number } | undefined> {
    return translated(async () => {
      const found = await absent(this.#files.lstat(this.#path(key)));
      return found?.isFile() === true ? { sizeBytes: found.size } : undefined;
    });
  }

  open(key: string): Promise<OpenObject | undefined> {
    return this.#opened(this.#descriptors.acquire(this.#path(key)));
  }

  openAnew(key: string): Promise<OpenObject | undefined> {
    return this.#opened(this.#descriptors.openAlone(this.#path(key)));
  }

  #opened(opening: Promise<Descriptor>): Promise<OpenObject | undefined> {
    return translated(async () => {
      const descriptor = await absent(opening);
      if (descriptor === undefined) return undefined;
      return {
        sizeBytes: descriptor.sizeBytes,
        send: (start, end, sink) => translated(() => this.#reader.send(descriptor.fd, start, end, sink)),
        close: () => descriptor.release(),
      };
    });
  }

  /** Neither by a link nor behind one: it would lead out of the storage. */
  async #openObject(path: string): ReturnType<typeof openRegularFile> {
    const isBlob = path.startsWith(join(this.#root, blobsRoot));
    if (isBlob && (await isBehindLink(this.#files, path)))
      throw Object.assign(new Error(`${path} is behind a symbolic link`), { code: 'ELOOP' });
    return openRegularFile(this.#files, path, constants.O_NOFOLLOW);
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return translated(() => readFileWhole(this.#files, this.#path(key)));
  }

  putNew(key: string, bytes: Uint8Array): Promise<boolean> {
    return translated(async () => {
      const path = this.#path(key);
      this.#made.push(...(await ensureFolder(this.#files, dirname(path))));
      return createFileDurably(this.#files, path, bytes);
    });
  }

  put(key: string, bytes: Uint8Array, access?: 'private'): Promise<void> {
    return translated(async () => {
      if (key.startsWith(`${blobsRoot}/`)) {
        await this.#putBlob(key, bytes);
        return;
      }
      const path = this.#path(key);
      await ensureFolder(this.#files, dirname(path));
      await writeFileDurably(this.#files, path, bytes, access === 'private' ? 0o600 : 0o644);
      await this.#descriptors.forget(path);
    });
  }

  /** Staged where a crash leaves no stray among the blobs, and put in place as `publish` does. */
  async #putBlob(key: string, bytes: Uint8Array): Promise<void> {
    const staged = `${stagingRoot}/${randomUUID()}${stagedEnding}`;
    try {
      await writeSynced(this.#files, this.#path(staged), { bytes, mode: 0o644 });
      await this.#putInPlace(staged, key);
    } catch (error) {
      await this.#files.removeAll(this.#path(staged));
      throw error;
    }
  }

  makeDurable(key: string): Promise<boolean> {
    return translated(async () => {
      const path = this.#path(key);
      // It may not be the file that was opened when somebody asked for it last.
      await this.#descriptors.forget(path);
      const file = await absent(this.#openObject(path));
      if (file === undefined) return false;
      try {
        await this.#files.fdatasync(file.fd);
      } finally {
        await this.#files.close(file.fd);
      }
      const folder = dirname(path);
      // The names are from before: after any failed sync of their folders no other one vouches for them.
      await Promise.all([this.#folders.sync(folder, 0), this.#folders.sync(dirname(folder), 0)]);
      return true;
    });
  }

  delete(key: string): Promise<void> {
    return translated(async () => {
      const path = this.#path(key);
      this.#madeAnew.delete(key);
      await this.#descriptors.forget(path);
      // Another process that deletes the same may have removed the folder meanwhile.
      await ignoring('ENOENT', removeFileDurably(this.#files, path));
      if (key.startsWith(`${blobsRoot}/`)) await this.#removeEmpty(dirname(path));
    });
  }

  async deleteMany(keys: readonly string[]): Promise<readonly Deletion[]> {
    const doomed = keys.map((key) => ({
      path: this.#path(key),
      hasOwnFolder: key.startsWith(`${blobsRoot}/`),
    }));
    for (const key of keys) this.#madeAnew.delete(key);
    await this.#descriptors.forgetAll(doomed.map(({ path }) => path));
    return removeFiles(this.#remove, this.#folders, doomed);
  }

  async *list(prefix: string, after = ''): AsyncIterable<ListedObject> {
    const entries = await translated(async () => (await absent(this.#files.list(this.#path(prefix)))) ?? []);
    for (const entry of entries.toSorted((a, b) => (sortName(a) < sortName(b) ? -1 : 1))) {
      const key = `${prefix}/${entry.name}`;
      if (entry.isDirectory()) {
        // Otherwise nothing in it comes behind.
        if (`${key}/` > after || after.startsWith(`${key}/`)) yield* this.list(key, after);
      } else if (entry.isFile() && key > after) {
        const found = await translated(() => absent(this.#files.lstat(this.#path(key))));
        // A rename changes the second time only.
        if (found?.isFile() === true)
          yield { key, sizeBytes: found.size, changedAt: Math.max(found.mtimeMs, found.ctimeMs) };
      }
    }
  }

  move(from: string, to: string): Promise<boolean> {
    return translated(async () => {
      const [source, target] = [this.#path(from), this.#path(to)];
      const folders = [dirname(target), dirname(source)] as const;
      await ensureFolder(this.#files, folders[0]);
      const failures = folders.map((path) => this.#folders.failures(path));
      if ((await absent(this.#files.lstat(source))) === undefined) return false;
      await this.#renameInto(source, target);
      this.#madeAnew.delete(from);
      for (const path of [source, target]) await this.#descriptors.forget(path);
      // The new name first: a power cut leaves one of the two.
      for (const [index, path] of folders.entries()) await this.#folders.sync(path, failures[index] ?? 0);
      if (from.startsWith(`${blobsRoot}/`)) await this.#removeEmpty(folders[1]);
      return true;
    });
  }

  async folders(prefix: string): Promise<readonly string[]> {
    const entries = await translated(async () => (await absent(this.#files.list(this.#path(prefix)))) ?? []);
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .toSorted();
  }

  async stagedBytes(place: StagedPlace): Promise<number> {
    const found = await this.stat(place.parts[0]?.key ?? stagedKey(place));
    return Math.min(place.offset, found?.sizeBytes ?? 0);
  }

  stage(place: StagedPlace, hash: HashJob): Promise<StagedWriter> {
    return translated(() => this.#openStaged(place, hash));
  }

  takeOver(place: StagedPlace, hash: HashJob): Promise<StagedWriter> {
    return translated(async () => {
      const [old] = place.parts;
      // Nothing of it counts where its holder died after it had been put in place.
      if (old !== undefined && place.offset > 0)
        await this.#copyStaged(old.key, stagedKey(place), place.offset);
      return this.#openStaged({ ...place, parts: [] }, hash);
    });
  }

  publish(sealed: readonly StagedPart[], key: string): Promise<string> {
    return translated(async () => {
      const [part] = sealed;
      if (part === undefined) throw new Error('publish: nothing was sealed');
      await this.#putInPlace(part.key, key);
      return key;
    });
  }

  #putInPlace(staged: string, key: string): Promise<void> {
    return this.#keys.hold(key, async () => {
      const target = this.#path(key);
      const folder = dirname(target);
      const changed = [folder, dirname(folder)].map((path) => [path, this.#folders.failures(path)] as const);
      // What is there from before a failed sync would not be written by the next one, unless it is made anew.
      const doubtful = changed.some(([, failures]) => failures > 0);
      if (doubtful && !this.#madeAnew.has(key)) {
        await ignoring('ENOENT', this.#files.unlink(target));
        await ignoring('ENOENT', this.#files.rmdir(folder));
      }
      await clearWay(this.#files, target);
      await this.#renameInto(this.#path(staged), target);
      await this.#descriptors.forget(target);
      await Promise.all(changed.map(([path, failures]) => this.#folders.sync(path, failures)));
      if (doubtful) this.#madeAnew.add(key);
    });
  }

  discard(parts: readonly StagedPart[]): Promise<void> {
    return translated(async () => {
      for (const part of parts) await ignoring('ENOENT', this.#files.unlink(this.#path(part.key)));
    });
  }

  async discardUpload(place: StagedPlace): Promise<void> {
    await this.discard(place.parts);
    for (let generation = 0; generation <= place.generation; generation++) {
      const key = stagedKey({ ...place, generation });
      await translated(() => ignoring('ENOENT', this.#files.unlink(this.#path(key))));
    }
  }

  space(): Promise<Space> {
    return translated(() => this.#files.statfs(this.#root));
  }

  /** What somebody should look at, in one sentence that anybody may read. */
  get problem(): string | undefined {
    return this.#lost.problem;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#descriptors.close();
  }

  #path(key: string): string {
    return join(this.#root, key);
  }

  async #openStaged(place: StagedPlace, hash: HashJob): Promise<StagedWriter> {
    const key = place.parts[0]?.key ?? stagedKey(place);
    const path = this.#path(key);
    const empty = place.offset === 0 ? constants.O_TRUNC : 0;
    const fd = await this.#files.open(
      path,
      constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | empty,
    );
    try {
      // A process that died may have written more than it told; what follows is written over it.
      if (place.offset > 0) await this.#files.truncate(fd, place.offset);
    } catch (error) {
      await this.#files.close(fd);
      throw error;
    }
    const part = { no: 0, offset: 0, key, generation: place.generation };
    return translatedWriter(new FsStagedWriter(this.#files, { fd, path }, hash, part, place.offset));
  }

  /** The old file is left alone, so a late write of its holder changes nothing here. */
  async #copyStaged(from: string, to: string, length: number): Promise<void> {
    const target = this.#path(to);
    await copyFileAsync(this.#path(from), target, constants.COPYFILE_FICLONE);
    const fd = await this.#files.open(target, constants.O_WRONLY);
    try {
      await this.#files.truncate(fd, length);
    } finally {
      await this.#files.close(fd);
    }
  }

  /** A deletion may remove the empty folder between its creation and the rename. */
  async #renameInto(from: string, target: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await ignoring('EEXIST', this.#files.mkdir(dirname(target)));
      try {
        await this.#files.rename(from, target);
        return;
      } catch (error) {
        if (systemCode(error) !== 'ENOENT' || attempt === publishAttempts) throw error;
      }
    }
  }

  async #removeEmpty(folder: string): Promise<void> {
    const above = dirname(folder);
    const failures = this.#folders.failures(above);
    if (await removeIfEmpty(this.#files, folder)) await this.#folders.sync(above, failures);
  }
}

function stagedKey(place: StagedPlace): string {
  return `${stagingRoot}/${place.uploadId}.${place.generation}`;
}

/** Folders sort by their name and the slash behind it, so that keys come in the order of their bytes. */
function sortName(entry: { name: string; isDirectory(): boolean }): string {
  return entry.isDirectory() ? `${entry.name}/` : entry.name;
}

const absentCodes = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO']);

async function absent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const code = systemCode(error);
    // ELOOP: a symbolic link where a blob should be; ENXIO: a socket.
    if (code !== undefined && absentCodes.has(code)) return undefined;
    throw error;
  }
}

async function ignoring(code: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (systemCode(error) !== code) throw error;
  }
}

function translatedWriter(writer: StagedWriter): StagedWriter {
  return {
    get offset() {
      return writer.offset;
    },
    get broken() {
      return writer.broken;
    },
    initial: writer.initial,
    write: (chunk) => {
      const wait = writer.write(chunk);
      return wait === undefined ? undefined : translated(() => wait);
    },
    digest: () => translated(() => writer.digest()),
    settle: () => translated(() => writer.settle()),
    seal: () => translated(() => writer.seal()),
    close: () => translated(() => writer.close()),
    abandon: (mayBePublished) => translated(() => writer.abandon(mayBePublished)),
  };
}
