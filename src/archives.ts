import {
  digestOf,
  type ExportInput,
  type ExportResult,
  exportArchive,
  type FileOfLayer,
  type ImportInput,
  type ImportResult,
  importArchive,
  packedLayer,
} from './features/archives/archives.ts';
import { ArchiveProblem } from './lib/archive-problem.ts';
import { fileOps, systemCode } from './platform/files/file-ops.ts';
import { writePiecesDurably } from './platform/files/write-pieces-durably.ts';
import { type HttpCall, HttpCaller, type Server } from './platform/http/client/http-caller.ts';

export type ArchiveServer = Server;
export type ArchiveImport = ImportResult;
export type ArchiveExport = ExportResult;
export type LayerFile = FileOfLayer;

/**
 * Brings the images of a folder or a file into a registry, as its client.
 * @throws ArchiveProblem
 */
export function importImageArchive(input: ImportInput): Promise<ArchiveImport> {
  return importArchive(fileOps, input);
}

/**
 * Writes images of a registry into a file that is there whole or not at all, or wherever the caller wants them.
 * @throws ArchiveProblem
 */
export async function exportImageArchive(
  server: ArchiveServer,
  input: Omit<ExportInput, 'write'>,
  to: WantedFile | ExportInput['write'],
): Promise<ArchiveExport> {
  if (typeof to === 'function') return exportArchive(server, { ...input, write: to });
  if (!to.replace) await refuseExisting(to.path);
  return exportArchive(server, { ...input, write: (pieces) => writeFile(to, pieces) });
}

interface WantedFile {
  readonly path: string;
  readonly replace: boolean;
}

async function writeFile({ path, replace }: WantedFile, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const check = (): Promise<void> => Promise.resolve();
  try {
    await writePiecesDurably(fileOps, { path, pieces, replace, check });
  } catch (cause) {
    throw asProblem(path, cause);
  }
}

async function refuseExisting(path: string): Promise<void> {
  try {
    await fileOps.lstat(path);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return;
    throw asProblem(path, cause);
  }
  throw new ArchiveProblem('fileExists', { path });
}

function asProblem(path: string, cause: unknown): unknown {
  const code = systemCode(cause);
  if (code === undefined) return cause;
  if (code === 'EEXIST') return new ArchiveProblem('fileExists', { path }, { cause });
  return new ArchiveProblem('unwritable', { path, detail: code }, { cause });
}

/** One call of a client that takes its whole answer as text. */
export async function askRegistry(
  server: ArchiveServer,
  call: HttpCall,
): Promise<{ readonly status: number; readonly location: string | undefined; readonly text: string }> {
  using caller = new HttpCaller(server);
  const { status, headers, body } = await caller.call(call);
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return { status, location: headers.location, text: Buffer.concat(pieces).toString() };
}

/**
 * One call whose answer, where it is 200, goes into a file that is there whole or not at all, or wherever the caller
 * wants it.
 * @throws ArchiveProblem
 */
export async function downloadAnswer(
  server: ArchiveServer,
  call: HttpCall,
  to: WantedFile | ExportInput['write'],
): Promise<{ readonly status: number; readonly text: string }> {
  if (typeof to !== 'function' && !to.replace) await refuseExisting(to.path);
  using caller = new HttpCaller(server);
  const { status, body } = await caller.call(call);
  if (status === 200) {
    await (typeof to === 'function' ? to(body) : writeFile(to, body));
    return { status, text: '' };
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return { status, text: Buffer.concat(pieces).toString() };
}

/** A layer of a few files, and the digest of what it unpacks to. */
export function packLayer(files: readonly LayerFile[]): {
  readonly bytes: Uint8Array;
  readonly diffId: string;
} {
  return packedLayer(files);
}

export function digestOfBytes(bytes: Uint8Array): string {
  return digestOf(bytes);
}
