import { ArchiveProblem } from '../../lib/archive-problem.ts';
import { type Digest, parseDigest } from '../../lib/oci/digest.ts';
import { insideArchive } from './tar/inside-archive.ts';

/** One line of `manifest.json` in what `docker save` writes. */
export interface DockerImage {
  /** Names of entries. */
  readonly config: string;
  readonly layers: readonly string[];
  readonly names: readonly string[];
}

export const dockerManifest = 'manifest.json';

const maxImages = 10_000;

/** @throws ArchiveProblem documentInvalid */
export function parseDockerManifest(bytes: Uint8Array): DockerImage[] {
  const json = parseJson(bytes, dockerManifest);
  if (!Array.isArray(json) || json.length > maxImages)
    throw invalid(dockerManifest, 'it is no list of images');
  return json.map((each: unknown) => {
    const image = objectOf(each, dockerManifest);
    return {
      config: entryName(image['Config']),
      layers: stringsOf(image['Layers'], 'Layers').map(entryName),
      names: stringsOf(image['RepoTags'], 'RepoTags'),
    };
  });
}

/**
 * The digests of the layers as they are unpacked, from an image's configuration.
 * @throws ArchiveProblem documentInvalid
 */
export function parseDiffIds(bytes: Uint8Array, entry: string): Digest[] {
  const rootfs = objectOf(objectOf(parseJson(bytes, entry), entry)['rootfs'], entry);
  const { diff_ids: ids } = rootfs;
  if (!Array.isArray(ids)) throw invalid(entry, 'it has no rootfs.diff_ids');
  return ids.map((id: unknown) => {
    const digest = typeof id === 'string' ? parseDigest(id) : undefined;
    if (digest === undefined) throw invalid(entry, 'one of its diff_ids is no digest');
    return digest;
  });
}

function parseJson(bytes: Uint8Array, entry: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ArchiveProblem('documentInvalid', { entry, detail: 'it is not JSON in UTF-8' }, { cause });
  }
}

function objectOf(value: unknown, entry: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw invalid(entry, 'an object is missing');
}

/** Go writes an empty list as null. */
function stringsOf(value: unknown, what: string): string[] {
  const list: unknown = value ?? [];
  if (Array.isArray(list) && list.every((each) => typeof each === 'string')) return list;
  throw invalid(dockerManifest, `${what} is no list of texts`);
}

function entryName(value: unknown): string {
  const name = typeof value === 'string' ? insideArchive(value) : undefined;
  if (name === undefined) throw invalid(dockerManifest, 'it names something outside the archive');
  return name;
}

function invalid(entry: string, detail: string): ArchiveProblem {
  return new ArchiveProblem('documentInvalid', { entry, detail });
}
