import { AppError } from '../../lib/errors.ts';
import { type Json, objectsIn, parseRecord, textIn } from '../../lib/oci/json.ts';
import { type ParsedManifest, parseManifest } from '../../lib/oci/manifest.ts';
import { findBytesOf } from '../referrers/referrer-reads.ts';
import {
  findAccessoryTags,
  findChildren,
  findManifestOf,
  type UndescribedArtifact,
} from './description-reads.ts';
import { extraAttributes } from './extra-attributes.ts';
import { factsOfManifest, type ManifestFacts, shownText } from './facts-of-manifest.ts';
import { type ReadContentDeps, readConfig } from './read-content.ts';
import { description, showsConfig, totalOf } from './total-of.ts';

export interface ArtifactDescription extends ManifestFacts {
  readonly totalSize: number;
  readonly extraAttrs: string | null;
  readonly described: number;
}

/** An index of indexes of indexes is looked into so deep. */
const maxDepth = 4;

/** All that lists show of an artifact, from its manifest, its tags, its children and its config. */
export async function describeArtifact(
  deps: ReadContentDeps,
  artifact: UndescribedArtifact,
  depth = 0,
): Promise<ArtifactDescription> {
  const { reader } = deps.db;
  const manifest = parse(
    (await findBytesOf(reader, [artifact.blobId])).get(artifact.blobId),
    artifact.mediaType,
  );
  if (manifest === undefined) return nothingKnown(artifact);
  const tags = await findAccessoryTags(reader, artifact.id);
  const facts = factsOfManifest(manifest, tags);
  const childSizes = new Map<string, number | null>();
  if (manifest.shape === 'index') {
    for (const { digest, child } of await findChildren(reader, artifact)) {
      if (child === undefined) continue;
      const known = child.totalSize !== null || depth >= maxDepth;
      childSizes.set(
        digest,
        known ? child.totalSize : (await describeArtifact(deps, child, depth + 1)).totalSize,
      );
    }
  }
  const { totalSize, described } = totalOf(manifest, facts.kind, { size: artifact.size, childSizes });
  const settled = described === description.missing ? description.complete : described;
  if (!showsConfig(manifest, facts.kind))
    return { ...facts, totalSize, described: settled, extraAttrs: attrsText(facts.kind, manifest.json) };
  const config = await configOf(deps, manifest.json, manifest.shape);
  return {
    ...facts,
    totalSize,
    described: config === undefined ? description.provisional : settled,
    extraAttrs: attrsText(facts.kind, manifest.json, config),
  };
}

function attrsText(kind: string, manifest: Json, config?: Json): string | null {
  return shownText(extraAttributes(kind, manifest, config));
}

/** A bundle's is that of the child that says so (CNAB, "OCI representation"). */
async function configOf(
  deps: ReadContentDeps,
  manifest: Json,
  shape: ParsedManifest['shape'],
): Promise<Json | undefined> {
  if (shape === 'image') return readConfig(deps, manifest);
  const child = objectsIn(manifest, 'manifests').find(
    (each) => textIn(each['annotations'], 'io.cnab.manifest.type') === 'config',
  );
  const bytes = await findManifestOf(deps.db.reader, textIn(child, 'digest') ?? '');
  const json = bytes === undefined ? undefined : parseRecord(bytes);
  return json === undefined ? undefined : readConfig(deps, json);
}

function parse(bytes: Uint8Array | undefined, mediaType: string): ParsedManifest | undefined {
  try {
    return bytes === undefined ? undefined : parseManifest(bytes, mediaType);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** Of a manifest that an older version took and this one would refuse. */
function nothingKnown(artifact: UndescribedArtifact): ArtifactDescription {
  return {
    kind: 'UNKNOWN',
    configType: artifact.mediaType,
    annotations: null,
    icon: null,
    accessoryKind: null,
    accessorySubject: null,
    totalSize: artifact.size,
    extraAttrs: null,
    described: description.complete,
  };
}
