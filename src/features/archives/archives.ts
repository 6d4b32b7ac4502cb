import type { FileOps } from '../../platform/files/file-ops.ts';
import { HttpCaller, type Server } from '../../platform/http/client/http-caller.ts';
import { type ExportOptions, type ExportReport, exportImages } from './export-images.ts';
import { type ImportOptions, type ImportReport, importImages, withoutTwins } from './import-images.ts';
import { planDockerArchive } from './plan-docker-archive.ts';
import { planLayout } from './plan-layout.ts';
import type { LeftImage, Plan } from './planned-image.ts';
import { Registry } from './registry.ts';
import { sha256Of } from './require-digest-of.ts';
import type { Archive } from './tar/archive.ts';
import { unreadable } from './tar/byte-source.ts';
import { FolderArchive } from './tar/folder-archive.ts';
import { type PackedFile, packFiles, zipped } from './tar/pack-files.ts';
import { TarArchive } from './tar/tar-archive.ts';

export type ImportResult = ImportReport;
export type ExportInput = ExportOptions;
export type ExportResult = ExportReport;
export type FileOfLayer = PackedFile;

export interface ImportInput extends ImportOptions {
  readonly kind: 'oci' | 'docker-archive';
  /** A folder or a file; absolute. */
  readonly path: string;
  /** Undefined: as the archive says. */
  readonly to: string | undefined;
  /** Undefined: only what would be imported is told. */
  readonly server: Server | undefined;
}

/** @throws ArchiveProblem */
export async function importArchive(files: FileOps, input: ImportInput): Promise<ImportReport> {
  const { kind, path, to, server } = input;
  await using archive = await openArchive(files, input);
  const plan = await (kind === 'oci' ? planLayout : planDockerArchive)(archive, to, path);
  if (server === undefined) return wouldImport(plan, input);
  using caller = new HttpCaller(server);
  return await importImages({ archive, registry: new Registry(caller) }, plan, input);
}

/** Whatever is made of a file. @throws ArchiveProblem */
export async function exportArchive(server: Server, options: ExportOptions): Promise<ExportReport> {
  using caller = new HttpCaller(server);
  return await exportImages(new Registry(caller), options);
}

/** With the digest of what it unpacks to. */
export function packedLayer(files: readonly FileOfLayer[]): {
  readonly bytes: Uint8Array;
  readonly diffId: string;
} {
  const tar = packFiles(files);
  return { bytes: zipped(tar), diffId: sha256Of(tar) };
}

export function digestOf(bytes: Uint8Array): string {
  return sha256Of(bytes);
}

async function openArchive(files: FileOps, { kind, path }: ImportInput): Promise<Archive> {
  return kind === 'oci' && (await isFolder(files, path))
    ? new FolderArchive(files, path)
    : TarArchive.open(files, path);
}

async function isFolder(files: FileOps, path: string): Promise<boolean> {
  try {
    return (await files.stat(path)).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function wouldImport(plan: Plan, { onImage, onLeft }: ImportOptions): ImportReport {
  const left: LeftImage[] = [];
  const leave = (each: LeftImage): void => {
    left.push(each);
    onLeft(each);
  };
  for (const each of plan.left) leave(each);
  const images = withoutTwins(plan.images, leave).map(({ name, to, root, manifests }) => ({
    name,
    repository: to.repository,
    tag: to.tag,
    digest: root,
    manifests: manifests.length,
  }));
  for (const each of images) onImage(each);
  return { images, left, uploaded: { blobs: 0, bytes: 0 } };
}
