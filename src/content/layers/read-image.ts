import { AppError } from '../../lib/errors.ts';
import { isRecord, type Json, objectsIn, parseRecord, textIn } from '../../lib/oci/json.ts';
import { manifestShapes } from '../../lib/oci/media-types.ts';
import { type ReadContentDeps, readConfig } from '../descriptions/read-content.ts';
import { findBytesOf } from '../referrers/referrer-reads.ts';

/** As a manifest names it. */
export interface ImageLayer {
  readonly digest: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** The line that made it, as the config has it; undefined where its history has not one for each layer. */
  readonly createdBy: string | undefined;
}

export interface Image {
  readonly manifest: Json;
  /** Undefined: it has none, or one that is no JSON. */
  readonly config: Json | undefined;
  /** From the lowest. */
  readonly layers: readonly ImageLayer[];
}

/**
 * What a manifest that is no index says of its image.
 * @throws AppError NOT_FOUND; PRECONDITION for an index
 */
export async function readImage(
  deps: ReadContentDeps,
  {
    blobId,
    digest,
    mediaType,
  }: { readonly blobId: number; readonly digest: string; readonly mediaType: string },
): Promise<Image> {
  if (manifestShapes.get(mediaType) === 'index') {
    throw new AppError('PRECONDITION', {
      message: `${digest} is an index and has no layers of its own`,
      detail: 'ask for one of the artifacts that it lists, by its digest',
    });
  }
  const bytes = (await findBytesOf(deps.db.reader, [blobId])).get(blobId);
  const manifest = bytes === undefined ? undefined : parseRecord(bytes);
  if (manifest === undefined)
    throw new AppError('NOT_FOUND', { message: `the manifest of ${digest} is not stored` });
  const config = await readConfig(deps, manifest);
  return { manifest, config, layers: layersOf(manifest, config) };
}

/** A history has entries without a layer, and counts only where the others are as many as the layers. */
function layersOf(manifest: Json, config: Json | undefined): readonly ImageLayer[] {
  const layers = objectsIn(manifest, 'layers');
  const made = objectsIn(config, 'history').filter((each) => each['empty_layer'] !== true);
  const known = made.length === layers.length;
  return layers.map((layer, at) => ({
    digest: textIn(layer, 'digest') ?? '',
    mediaType: textIn(layer, 'mediaType') ?? '',
    sizeBytes: sizeOf(layer),
    createdBy: known ? textIn(made[at], 'created_by') : undefined,
  }));
}

function sizeOf(layer: unknown): number {
  const size = isRecord(layer) ? layer['size'] : undefined;
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : 0;
}
