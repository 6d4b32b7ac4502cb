import type { RepositoryAsker } from '../../../access/rest-route.ts';
import type { ArtifactRow } from '../../../content/artifacts/shown/artifact-page-reads.ts';
import { platformName, platformsOf } from '../../../content/layers/platforms-of.ts';
import { readImage } from '../../../content/layers/read-image.ts';
import { findBytesOf } from '../../../content/referrers/referrer-reads.ts';
import { AppError } from '../../../lib/errors.ts';
import { parseRecord } from '../../../lib/oci/json.ts';
import { manifestShapes } from '../../../lib/oci/media-types.ts';
import type { RepositoryName } from '../../../lib/oci/repository-name.ts';
import { findRow } from '../find-row.ts';
import { type FilesDeps, type FoundImage, findPullable } from './find-image.ts';
import { readSource } from './read-source.ts';

export interface FoundPair {
  readonly before: FoundImage;
  readonly after: FoundImage;
  /** Which part of the indexes is compared; undefined where both are images. */
  readonly platform: string | undefined;
  readonly platforms: readonly string[];
}

interface Side {
  readonly row: ArtifactRow;
  readonly fullName: RepositoryName;
  /** Of an index, by their names. */
  readonly platforms: ReadonlyMap<string, string> | undefined;
}

/**
 * Two images that the asker may pull.
 * @throws AppError DENIED, NOT_FOUND; PRECONDITION for indexes that have no platform in common
 */
export async function findPair(
  deps: FilesDeps,
  asker: RepositoryAsker,
  asked: { readonly before: string; readonly after: string; readonly platform: string | undefined },
): Promise<FoundPair> {
  const { fullName } = asker.repository;
  const before = await sideOf(deps, fullName, await findPullable(deps, asker, asker, asked.before));
  const after = await findOther(deps, asker, asked.after);
  const platforms = await sharedPlatforms(deps, before, after);
  const platform = platforms === undefined ? undefined : chosenOf(platforms, asked.platform);
  return {
    before: await imageOf(deps, before, platform),
    after: await imageOf(deps, after, platform),
    platform,
    platforms: platforms ?? [],
  };
}

async function findOther(deps: FilesDeps, asker: RepositoryAsker, given: string): Promise<Side> {
  const { fullName } = asker.repository;
  if (!given.includes('/')) return sideOf(deps, fullName, await findPullable(deps, asker, asker, given));
  const { source, text } = await readSource(deps, asker, { parameter: 'with', value: given });
  return sideOf(deps, source.repositoryName, await findRow(deps, source.repositoryName, text));
}

async function sideOf(deps: FilesDeps, fullName: RepositoryName, row: ArtifactRow): Promise<Side> {
  if (manifestShapes.get(row.mediaType) !== 'index') return { row, fullName, platforms: undefined };
  const bytes = (await findBytesOf(deps.db.reader, [row.blobId])).get(row.blobId);
  const index = bytes === undefined ? undefined : parseRecord(bytes);
  return { row, fullName, platforms: platformsOf(index ?? {}) };
}

/** Undefined: both are images, whatever they run on. */
async function sharedPlatforms(
  deps: FilesDeps,
  before: Side,
  after: Side,
): Promise<readonly string[] | undefined> {
  if (before.platforms === undefined && after.platforms === undefined) return undefined;
  const [was, is] = [await namesOf(deps, before), await namesOf(deps, after)];
  const shared = was.filter((name) => is.includes(name));
  if (shared.length > 0) return shared;
  throw new AppError('PRECONDITION', {
    message: `they have no platform in common: ${was.join(', ') || 'none'}, and ${is.join(', ') || 'none'}`,
    detail: 'compare two images by their digests',
  });
}

async function namesOf(deps: FilesDeps, { row, platforms }: Side): Promise<readonly string[]> {
  if (platforms !== undefined) return [...platforms.keys()];
  const name = platformName((await readImage(deps, row)).config);
  return name === '' ? [] : [name];
}

function chosenOf(platforms: readonly string[], asked: string | undefined): string {
  if (asked !== undefined && asked !== '') {
    if (platforms.includes(asked)) return asked;
    throw new AppError('NOT_FOUND', {
      message: `they do not both have the platform ${asked.slice(0, 100).toWellFormed()}, but ${platforms.join(', ')}`,
    });
  }
  return platforms.includes('linux/amd64') ? 'linux/amd64' : (platforms[0] ?? '');
}

async function imageOf(
  deps: FilesDeps,
  { row, fullName, platforms }: Side,
  platform: string | undefined,
): Promise<FoundImage> {
  const digest = platform === undefined ? undefined : platforms?.get(platform);
  const shown = digest === undefined ? row : await findRow(deps, fullName, digest);
  return { ...(await readImage(deps, shown)), row: shown, fullName };
}
