import { ArchiveProblem } from '../../lib/archive-problem.ts';
import { AppError } from '../../lib/errors.ts';
import { parseManifest } from '../../lib/oci/manifest.ts';
import { mediaTypes } from '../../lib/oci/media-types.ts';
import type { Descriptor } from './gather-manifests.ts';

export interface LayoutImage extends Descriptor {
  /** As some tool wrote it; undefined: nobody named it. */
  readonly name: string | undefined;
}

export const layoutIndex = 'index.json';
/** image-spec, "Pre-Defined Annotation Keys": for the index of a layout only. */
export const refNameKey = 'org.opencontainers.image.ref.name';
/** The full name, where the one above is the tag only: containerd's, and Docker's since 25. */
export const fullNameKey = 'io.containerd.image.name';

/**
 * `index.json` of an OCI layout (image-spec, "OCI Image Layout").
 * @throws ArchiveProblem documentInvalid
 */
export function parseLayoutIndex(bytes: Uint8Array): LayoutImage[] {
  try {
    const { references } = parseManifest(bytes, mediaTypes.ociIndex);
    const names = annotationsOf(bytes);
    return references
      .filter(({ kind }) => kind === 'child')
      .map(({ digest, sizeBytes, mediaType }, index) => ({
        digest,
        sizeBytes,
        mediaType,
        name: names[index],
      }));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new ArchiveProblem(
      'documentInvalid',
      { entry: layoutIndex, detail: error.message },
      { cause: error },
    );
  }
}

/** The names, in the order of the descriptors, which have been looked at. */
function annotationsOf(bytes: Uint8Array): (string | undefined)[] {
  const { manifests } = JSON.parse(new TextDecoder().decode(bytes)) as {
    manifests: { annotations?: Readonly<Record<string, unknown>> | null }[];
  };
  return manifests.map(({ annotations }) => {
    const values = [annotations?.[fullNameKey], annotations?.[refNameKey]];
    return values.find((value): value is string => typeof value === 'string' && value !== '');
  });
}
