import { isRecord, type Json, objectsIn, textIn } from '../../lib/oci/json.ts';
import type { ParsedManifest } from '../../lib/oci/manifest.ts';
import { mediaTypes } from '../../lib/oci/media-types.ts';

/** What lists show of an artifact and what they find it by; all of it is in the manifest and its tag. */
export interface ManifestFacts {
  /** Harbor's type. */
  readonly kind: string;
  /** Harbor's `media_type`: of the config, of an index its own. */
  readonly configType: string;
  /** JSON; null: none, or more than is shown. */
  readonly annotations: string | null;
  /** The digest of the layer that is its picture. */
  readonly icon: string | null;
  readonly accessoryKind: string | null;
  readonly accessorySubject: string | null;
}

/** Longer texts are not shown in lists, of which a page has a hundred. */
export const maxShownText = 256 * 1024;

export const configTypes = {
  ociImage: 'application/vnd.oci.image.config.v1+json',
  dockerImage: 'application/vnd.docker.container.image.v1+json',
  helm: 'application/vnd.cncf.helm.config.v1+json',
  cnab: 'application/vnd.cnab.manifest.v1',
  wasm: 'application/vnd.wasm.config.v1+json',
  model: 'application/vnd.cncf.model.manifest.v1+json',
  sbom: 'application/vnd.goharbor.harbor.sbom.v1',
} as const;

const kinds: ReadonlyMap<string, string> = new Map([
  [configTypes.ociImage, 'IMAGE'],
  [configTypes.dockerImage, 'IMAGE'],
  [mediaTypes.ociIndex, 'IMAGE'],
  [mediaTypes.dockerList, 'IMAGE'],
  [configTypes.helm, 'CHART'],
  [configTypes.cnab, 'CNAB'],
  [configTypes.wasm, 'WASM'],
  [configTypes.model, 'CNAI'],
  [configTypes.sbom, 'SBOM'],
]);

const userDefined = /^application\/vnd\.[^.]*\.(.*)\.config\.[^.]*\+json$/;
const iconAnnotation = 'io.goharbor.artifact.v1alpha1.icon';
const iconTypes = ['image/png', 'image/gif', 'image/jpeg'];

/** @param tags of this push: signatures of older clients say by their tag what they are about */
export function factsOfManifest(manifest: ParsedManifest, tags: readonly string[]): ManifestFacts {
  const { json } = manifest;
  const annotations = annotationsOf(json);
  const configType = configTypeOf(manifest, annotations);
  return {
    kind: kindOf(json, configType),
    configType,
    annotations: shownText(annotations),
    icon: iconOf(json),
    ...accessoryOf(manifest, tags),
  };
}

function configTypeOf({ shape, mediaType, json }: ParsedManifest, annotations: Json): string {
  if (shape === 'index') return typeText(textIn(annotations, 'org.opencontainers.artifactType')) ?? mediaType;
  const isWasm =
    textIn(annotations, 'module.wasm.image/variant') === 'compat' ||
    textIn(annotations, 'run.oci.handler') === 'wasm';
  if (isWasm) return configTypes.wasm;
  return typeText(textIn(json['config'], 'mediaType')) ?? '';
}

function kindOf(json: Json, configType: string): string {
  const own = typeText(textIn(json, 'artifactType'));
  const type = configType === configTypes.wasm ? configType : (own ?? configType);
  return kinds.get(type) ?? userDefined.exec(type)?.[1]?.toUpperCase() ?? 'UNKNOWN';
}

/** Whether a kind is none of those that Harbor names. */
export function isUserDefined(kind: string): boolean {
  return kind !== 'UNKNOWN' && ![...kinds.values()].includes(kind);
}

/** Rows are found by it, and PostgreSQL's text holds no NUL. */
function typeText(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  return text.replaceAll('\0', '').toWellFormed().slice(0, 255);
}

/** Texts only (image-spec, "Annotations"). */
export function annotationsOf(json: Json): Readonly<Record<string, string>> {
  const given = json['annotations'];
  if (!isRecord(given)) return {};
  const texts = Object.entries(given).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}

/** As JSON, if there is anything and if it is not too much. */
export function shownText(value: Json): string | null {
  if (Object.keys(value).length === 0) return null;
  const text = JSON.stringify(value);
  return text.length > maxShownText ? null : text;
}

function iconOf(json: Json): string | null {
  const layer = objectsIn(json, 'layers').find(
    (each) =>
      textIn(each['annotations'], iconAnnotation) !== undefined &&
      iconTypes.includes(textIn(each, 'mediaType') ?? ''),
  );
  return textIn(layer, 'digest') ?? null;
}

const bundleType = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v\d+(?:\.\d+)*)?\+json/;
const simpleSigning = 'application/vnd.dev.cosign.simplesigning.v1+json';
const about = /^(?<algorithm>sha256|sha512)-(?<hex>[0-9a-f]{64}|[0-9a-f]{128})(?<what>\.sig|\.att|\.sbom|)$/;

type Accessory = Pick<ManifestFacts, 'accessoryKind' | 'accessorySubject'>;

/** By its subject, else by a tag of the forms `sha256-<hex>.sig` (cosign) and `sha256-<hex>` (a list of referrers). */
function accessoryOf(manifest: ParsedManifest, tags: readonly string[]): Accessory {
  const { subject, json, shape } = manifest;
  if (subject !== undefined) return { accessoryKind: kindOfReferrer(json), accessorySubject: subject };
  for (const tag of tags) {
    const { algorithm, hex, what } = about.exec(tag)?.groups ?? {};
    const accessorySubject = `${algorithm}:${hex}`;
    const signs = objectsIn(json, 'layers').some((layer) => textIn(layer, 'mediaType') === simpleSigning);
    if (what === '.sig' && signs) return { accessoryKind: 'signature.cosign', accessorySubject };
    const lists = what === '' && shape === 'index';
    if (lists || what === '.att' || what === '.sbom')
      return { accessoryKind: 'subject.accessory', accessorySubject };
  }
  return { accessoryKind: null, accessorySubject: null };
}

function kindOfReferrer(json: Json): string {
  const configType = textIn(json['config'], 'mediaType') ?? '';
  const type = textIn(json, 'artifactType') ?? '';
  if (configType === 'application/vnd.dev.cosign.artifact.sig.v1+json' || bundleType.test(type))
    return 'signature.cosign';
  if ([configType, type].includes('application/vnd.cncf.notary.signature')) return 'signature.notation';
  if ([configType, type].includes(configTypes.sbom)) return 'sbom.harbor';
  const bootstrap = textIn(
    objectsIn(json, 'layers').at(-1)?.['annotations'],
    'containerd.io/snapshot/nydus-bootstrap',
  );
  const isImage = configType === configTypes.ociImage || configType === configTypes.dockerImage;
  return isImage && bootstrap !== undefined ? 'accelerator.nydus' : 'subject.accessory';
}
