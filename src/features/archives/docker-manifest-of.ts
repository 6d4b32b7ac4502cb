import type { Digest } from '../../lib/oci/digest.ts';
import type { GatheredManifest } from './gather-manifests.ts';
import { blobEntry } from './plan-layout.ts';

const configTypes = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
];
const layerTypes = /^application\/vnd\.(?:oci\.image\.layer\.v1\.tar|docker\.image\.rootfs\.diff\.tar)/;

/** A line of `manifest.json`, by which Docker and older tools find an image. */
export interface DockerLine {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}

/**
 * Of an index the image of one platform: the wanted one, if there is one. Undefined for what Docker could not run.
 * @param name with host and tag; undefined: it has none
 */
export function dockerManifestOf(
  root: Digest,
  manifests: readonly GatheredManifest[],
  of: { readonly name: string | undefined; readonly architecture: string },
): DockerLine | undefined {
  const image = imageOf(root, manifests, of.architecture);
  if (image === undefined) return undefined;
  const { references } = image.parsed;
  const config = references.find(({ kind }) => kind === 'config');
  const layers = references.filter(({ kind }) => kind === 'layer');
  const runs =
    config !== undefined &&
    configTypes.includes(config.mediaType) &&
    layers.every(({ mediaType, required }) => required && layerTypes.test(mediaType));
  if (!runs) return undefined;
  return {
    Config: blobEntry(config.digest as Digest),
    RepoTags: of.name === undefined ? [] : [of.name],
    Layers: layers.map(({ digest }) => blobEntry(digest as Digest)),
  };
}

function imageOf(
  root: Digest,
  manifests: readonly GatheredManifest[],
  architecture: string,
): GatheredManifest | undefined {
  const manifest = manifests.find(({ digest }) => digest === root);
  if (manifest?.parsed.shape !== 'index') return manifest;
  const platforms = platformsOf(manifest).filter(({ os }) => os === 'linux');
  const chosen = platforms.find((each) => each.architecture === architecture) ?? platforms[0];
  return manifests.find(({ digest, parsed }) => digest === chosen?.digest && parsed.shape === 'image');
}

export interface Platform {
  readonly digest: string;
  readonly os: string;
  readonly architecture: string;
  readonly variant: string;
}

/** Of an index, whose shape has been looked at; what says nothing of a platform is left out. */
export function platformsOf({ bytes }: Pick<GatheredManifest, 'bytes'>): Platform[] {
  const { manifests } = JSON.parse(new TextDecoder().decode(bytes)) as {
    manifests: { digest: string; platform?: Partial<Omit<Platform, 'digest'>> | null }[];
  };
  return manifests.flatMap(({ digest, platform }) => {
    if (typeof platform !== 'object' || platform === null) return [];
    const { os = '', architecture = '', variant = '' } = platform;
    return [{ digest, os, architecture, variant }];
  });
}
