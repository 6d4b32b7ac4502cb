import { AppError } from '../../lib/errors.ts';
import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import { type ManifestReference, maxManifestBytes, parseManifest } from '../../lib/oci/manifest.ts';

/** A manifest in the storage that no row speaks of. */
export interface StrayManifest {
  readonly digest: CanonicalDigest;
  readonly sizeBytes: number;
  readonly mediaType: string;
  readonly references: readonly ManifestReference[];
  /** What it says of itself: a name, a source, a time. */
  readonly hints: Readonly<Record<string, string>>;
}

export const mayBeManifest = (sizeBytes: number): boolean => sizeBytes > 0 && sizeBytes <= maxManifestBytes;

const hintPrefixes = ['org.opencontainers.image.', 'io.containerd.image.', 'org.label-schema.'];
const maxHints = 12;
const maxHintLength = 200;
const openingBrace = 0x7b;

/** Undefined for other content. The bytes' digest has been compared. */
export function readStrayManifest(bytes: Uint8Array, digest: CanonicalDigest): StrayManifest | undefined {
  const json = parseObject(bytes);
  // An image's config is JSON with a "config", too.
  if (json === undefined || json['schemaVersion'] !== 2) return undefined;
  try {
    const { mediaType, references } = parseManifest(bytes, undefined);
    return { digest, sizeBytes: bytes.length, mediaType, references, hints: hintsOf(json['annotations']) };
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** Of an image's config: its labels, and when it was made. */
export function hintsOfConfig(bytes: Uint8Array): Readonly<Record<string, string>> {
  const json = parseObject(bytes);
  if (json === undefined) return {};
  const { config, created } = json as { config?: { Labels?: unknown } | null; created?: unknown };
  return {
    ...hintsOf(config?.Labels),
    ...(typeof created === 'string' ? { created: created.slice(0, maxHintLength) } : {}),
  };
}

/** As they may be printed: whoever wrote the manifest is not trusted. */
function hintsOf(annotations: unknown): Record<string, string> {
  if (typeof annotations !== 'object' || annotations === null) return {};
  const known = Object.entries(annotations).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && hintPrefixes.some((prefix) => entry[0].startsWith(prefix)),
  );
  return Object.fromEntries(
    known.slice(0, maxHints).map(([name, value]) => [printable(name), printable(value)]),
  );
}

function printable(text: string): string {
  return text.slice(0, maxHintLength).replace(/\p{C}/gu, ' ');
}

export function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
  if (first !== openingBrace) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()) as Record<
      string,
      unknown
    >;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
