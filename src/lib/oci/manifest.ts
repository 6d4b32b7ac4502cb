import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import { countParts } from './count-parts.ts';
import { isNonDistributable, type ManifestShape, manifestShapes, mediaTypes } from './media-types.ts';

export type ReferenceKind = 'config' | 'layer' | 'child' | 'subject';

export interface ManifestReference {
  readonly kind: ReferenceKind;
  /** As written; it may name an algorithm that this registry cannot verify. */
  readonly digest: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  /** False for what the manifest may point at without the repository holding it. */
  readonly required: boolean;
}

export interface ParsedManifest {
  readonly mediaType: string;
  readonly shape: ManifestShape;
  /** The manifest's own artifactType, for an image without one its config's media type (distribution-spec, "Listing Referrers"). */
  readonly artifactType: string | undefined;
  /** In the order of the manifest; an index may name one child several times. */
  readonly references: readonly ManifestReference[];
  readonly subject: string | undefined;
  /** As it was parsed; nothing in it is checked but what the fields above are made of. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** distribution-spec, "Pushing Manifests": a registry should take at least 4 MiB. */
export const maxManifestBytes = 4 * 1024 * 1024;
/** Docker runs at most 127 layers. All that is stored of a manifest is stored in one turn of the event loop. */
const maxReferences = 2048;
/** Objects and lists, which are what costs time in JSON: 32 for each reference. */
const maxContainers = 32 * maxReferences;
/** What many fields cost: an object of 350,000 takes 80 ms to read. */
const maxFields = 64 * maxReferences;
/** A list of referrers repeats them. */
const maxAnnotations = 4096;

/** Bounded, because digests are looked up by an index, whose rows have a limit. */
const digestGrammar = /^(?=.{1,320}$)[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]{1,256}$/;
const knownKeys = [
  'schemaVersion',
  'mediaType',
  'artifactType',
  'config',
  'layers',
  'fsLayers',
  'manifests',
  'subject',
];
const descriptorKeys = ['mediaType', 'digest', 'size'];
const forbiddenKeys: Readonly<Record<ManifestShape, readonly string[]>> = {
  image: ['manifests', 'fsLayers'],
  index: ['config', 'layers', 'fsLayers'],
};

/**
 * Reads a manifest by the media type it was sent with. Unknown fields and unknown config or layer types are
 * taken as they are (image-spec, "Extensibility").
 * @param contentType the request's header, parameters included, or undefined when there is none
 * @throws AppError MANIFEST_INVALID
 */
export function parseManifest(bytes: Uint8Array, contentType: string | undefined): ParsedManifest {
  refuseManyContainers(bytes);
  return parseCounted(bytes, contentType);
}

/** The same in two turns of the event loop, for what is long. */
export async function parseLongManifest(
  bytes: Uint8Array,
  contentType: string | undefined,
): Promise<ParsedManifest> {
  refuseManyContainers(bytes);
  await nextTurn();
  return parseCounted(bytes, contentType);
}

function parseCounted(bytes: Uint8Array, contentType: string | undefined): ParsedManifest {
  const json = parseObject(bytes);
  const mediaType = decideMediaType(json, contentType);
  const shape = manifestShapes.get(mediaType) ?? refuseType(mediaType);
  checkShape(json, shape);
  const references = shape === 'image' ? imageReferences(json) : indexReferences(json);
  const subject = isAbsent(json['subject'])
    ? undefined
    : descriptor(json['subject'], 'subject', 'subject', false);
  checkAnnotations(json['annotations']);
  const artifactType = optionalString(json['artifactType'], 'artifactType');
  const configType = references.find((reference) => reference.kind === 'config')?.mediaType;
  return {
    mediaType,
    shape,
    artifactType: presentOr(artifactType, configType),
    references: subject === undefined ? references : [...references, subject],
    subject: subject?.digest,
    json,
  };
}

/** RFC 6838 §4.2: 127 characters on each side of the slash. Referrers are found by it, and an index has a limit. */
const maxTypeLength = 255;

/** An empty type counts as none. */
function presentOr(own: string | undefined, other: string | undefined): string | undefined {
  const type = own === undefined || own === '' ? other : own;
  if (type !== undefined && type.length > maxTypeLength)
    throw invalid(`its artifactType, or the type of its config, has more than ${maxTypeLength} characters`);
  return type === '' ? undefined : type;
}

function refuseManyContainers(bytes: Uint8Array): void {
  if (bytes.length <= maxContainers) return;
  const { containers, fields } = countParts(bytes);
  if (fields > maxFields)
    throw invalid(`it has more than ${maxFields} fields`, {
      detail: 'no image needs as many; what describes its files belongs into a blob',
    });
  if (containers > maxContainers)
    throw invalid(`it has more than ${maxContainers} objects and lists`, {
      detail: 'no image needs as many; what describes its files belongs into a blob',
    });
}

function parseObject(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw invalid('it is not JSON in UTF-8', { cause });
  }
  return asObject(value, 'the manifest');
}

/** Without a Content-Type the manifest's own mediaType counts, then its shape; if both are there they have to agree. */
function decideMediaType(json: Record<string, unknown>, contentType: string | undefined): string {
  const own = optionalString(json['mediaType'], 'mediaType');
  const sent = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const sentType = manifestTypeOrEmpty(sent);
  if (own !== undefined && sentType !== '' && own !== sentType) {
    throw invalid(`its mediaType is ${own.slice(0, 200)} but it was sent as ${sentType.slice(0, 200)}`);
  }
  if (json['schemaVersion'] === 1) return mediaTypes.dockerSchema1;
  if (sentType !== '') return sentType;
  if (own !== undefined) return own;
  if (Array.isArray(json['manifests'])) return mediaTypes.ociIndex;
  return mediaTypes.ociManifest;
}

/** Generic types say nothing about the manifest: curl and others send them by habit. */
function manifestTypeOrEmpty(sent: string): string {
  return sent === 'application/json' ||
    sent === 'application/octet-stream' ||
    sent === 'application/x-www-form-urlencoded'
    ? ''
    : sent;
}

function refuseType(mediaType: string): never {
  if (mediaType === mediaTypes.dockerSchema1 || mediaType === mediaTypes.dockerSchema1Signed) {
    throw invalid('Docker schema 1 is obsolete and not accepted', {
      detail: 'push it again with Docker 1.10 or newer',
    });
  }
  if (mediaType === mediaTypes.ociArtifact) {
    throw invalid('the OCI artifact manifest was taken out of the specification and is not accepted', {
      detail: `push it as ${mediaTypes.ociManifest} with an artifactType`,
    });
  }
  throw invalid(`${mediaType.slice(0, 200)} is not a manifest type`, {
    detail: `use one of ${[...manifestShapes.keys()].join(', ')}`,
  });
}

/** A body that one client reads as an image and another as an index must not be stored (GHSA-qq97-vm5h-rrhg). */
function checkShape(json: Record<string, unknown>, shape: ManifestShape): void {
  if (json['schemaVersion'] !== 2) throw invalid('its schemaVersion is not 2');
  for (const key of forbiddenKeys[shape]) {
    if (json[key] !== undefined) throw invalid(`an ${shape} manifest must not have the field ${key}`);
  }
  refuseCaseTwins(json, knownKeys, '');
}

function checkAnnotations(annotations: unknown): void {
  if (typeof annotations !== 'object' || annotations === null) return;
  const count = Object.keys(annotations).length;
  if (count > maxAnnotations)
    throw invalid(`it has ${count} annotations, and at most ${maxAnnotations} are taken`);
}

/** Go's clients read a field whatever its letter case, by Unicode's folding: `ſ` is an s to them. */
function refuseCaseTwins(json: Record<string, unknown>, known: readonly string[], where: string): void {
  for (const key of Object.keys(json)) {
    if (known.includes(key)) continue;
    const twin = known.find((name) => name.toLowerCase() === key.toUpperCase().toLowerCase());
    if (twin !== undefined)
      throw invalid(`the field ${where}${key} differs from ${twin} only in letter case`);
  }
}

function imageReferences(json: Record<string, unknown>): ManifestReference[] {
  const config = descriptor(json['config'], 'config', 'config', true);
  const layers = isAbsent(json['layers']) ? [] : asArray(json['layers'], 'layers');
  return [config, ...layers.map((layer, index) => layerReference(layer, `layers[${index}]`))];
}

function layerReference(value: unknown, where: string): ManifestReference {
  const layer = descriptor(value, where, 'layer', true);
  return isNonDistributable(layer.mediaType) ? { ...layer, required: false } : layer;
}

function indexReferences(json: Record<string, unknown>): ManifestReference[] {
  return asArray(json['manifests'], 'manifests').map((child, index) =>
    descriptor(child, `manifests[${index}]`, 'child', true),
  );
}

function descriptor(
  value: unknown,
  where: string,
  kind: ReferenceKind,
  required: boolean,
): ManifestReference {
  const json = asObject(value, where);
  refuseCaseTwins(json, descriptorKeys, `${where}.`);
  const { digest, size } = json;
  if (typeof digest !== 'string' || !digestGrammar.test(digest))
    throw invalid(`${where}.digest is not a digest`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw invalid(`${where}.size must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`);
  }
  const mediaType = optionalString(json['mediaType'], `${where}.mediaType`) ?? '';
  return { kind, digest, sizeBytes: size, mediaType, required };
}

/** Go writes an empty list or pointer as null, and reads null as one. */
function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function asObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw invalid(`${where} must be an object`);
}

function asArray(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw invalid(`${where} must be an array`);
  if (value.length <= maxReferences) return value;
  throw invalid(`${where} has ${value.length} entries, and at most ${maxReferences} are taken`, {
    detail: 'pack several files into one layer, or make an index of indexes',
  });
}

function optionalString(value: unknown, where: string): string | undefined {
  if (value === undefined) return undefined;
  // PostgreSQL's text holds no NUL.
  if (typeof value === 'string' && !value.includes('\0')) return value;
  throw invalid(`${where} must be a string without NUL`);
}

function invalid(why: string, options: ErrorOptions & { detail?: string } = {}): AppError {
  const { detail, ...rest } = options;
  const message = `the manifest is invalid: ${why}`;
  return new AppError('MANIFEST_INVALID', detail === undefined ? { message } : { message, detail }, rest);
}
