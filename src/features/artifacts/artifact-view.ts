import type { ArtifactRow } from '../../content/artifacts/shown/artifact-page-reads.ts';
import type { AccessoryRow, ShownTag } from '../../content/artifacts/shown/artifact-part-reads.ts';
import { isRecord, type Json, objectsIn, textIn } from '../../lib/oci/json.ts';
import { apiTime, unsetTime } from '../../platform/http/api/api-time.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';
import { additionsOf } from './additions-of.ts';
import { iconOfAccessory, iconOfArtifact } from './icons.ts';

export type View = Readonly<Record<string, unknown>>;

/** What a list shows beside the row, as far as it was asked for. */
export interface ArtifactParts {
  readonly tags: readonly ShownTag[] | undefined;
  /** False of every tag where nobody asked. */
  readonly isImmutable: (tag: string) => boolean;
  /** Of all, when only the newest are shown. */
  readonly tagCount: number | undefined;
  readonly labels: readonly View[] | undefined;
  readonly accessories: readonly AccessoryRow[] | undefined;
  readonly inherited: readonly AccessoryRow[];
  readonly references: readonly View[];
  readonly sbomDigest: string | undefined;
}

/** An artifact as Harbor prints it: a list within it that is empty is null. */
export function artifactView(row: ArtifactRow, parts: ArtifactParts): View {
  return {
    ...withoutZeros({
      id: row.id,
      type: row.kind ?? 'UNKNOWN',
      media_type: row.configType ?? '',
      manifest_media_type: row.mediaType,
      artifact_type: row.artifactType ?? '',
      project_id: row.projectId,
      repository_id: row.repositoryId,
      repository_name: row.repositoryName,
      digest: row.digest,
      size: row.totalSize ?? row.size,
      icon: iconOfArtifact(row),
      push_time: apiTime(row.pushedAt),
      pull_time: row.pulledAt === null ? unsetTime : apiTime(row.pulledAt),
      extra_attrs: parsed(row.extraAttrs),
      annotations: parsed(row.annotations),
      tag_count: parts.tagCount,
    }),
    addition_links: linksOf(row, parts),
    tags: listed(parts.tags?.map((each) => tagView(each, parts.isImmutable(each.name)))),
    labels: listed(parts.labels),
    references: listed(parts.references),
    accessories: listed(parts.accessories?.map((each) => accessoryView(each, row.repositoryName))),
    ...(parts.inherited.length === 0
      ? {}
      : { inherited_accessories: parts.inherited.map((each) => accessoryView(each, row.repositoryName)) }),
  };
}

function listed<T>(list: readonly T[] | undefined): readonly T[] | null {
  return list === undefined || list.length === 0 ? null : list;
}

function parsed(text: string | null): Json | undefined {
  const value: unknown = text === null ? undefined : JSON.parse(text);
  return isRecord(value) ? value : undefined;
}

function linksOf(row: ArtifactRow, { sbomDigest }: ArtifactParts): View {
  const slash = row.repositoryName.indexOf('/');
  const project = row.repositoryName.slice(0, slash);
  const repository = encodeURIComponent(encodeURIComponent(row.repositoryName.slice(slash + 1)));
  const link = (digest: string, name: string): View => ({
    absolute: false,
    href: `/api/v2.0/projects/${project}/repositories/${repository}/artifacts/${digest}/additions/${name}`,
  });
  return Object.fromEntries([
    ...additionsOf(row.kind ?? '', row.mediaType).map((name) => [name, link(row.digest, name)] as const),
    ...(sbomDigest === undefined ? [] : [['sboms', link(sbomDigest, 'sbom')] as const]),
  ]);
}

export function tagView(tag: ShownTag, immutable = false): View {
  return {
    ...withoutZeros({
      id: tag.id,
      repository_id: tag.repositoryId,
      artifact_id: tag.artifactId,
      name: tag.name,
      push_time: apiTime(tag.pushedAt),
      pull_time: tag.pulledAt === null ? unsetTime : apiTime(tag.pulledAt),
    }),
    immutable,
  };
}

export function accessoryView(accessory: AccessoryRow, repositoryName: string): View {
  const { subject } = accessory;
  return {
    id: accessory.id,
    artifact_id: accessory.id,
    subject_artifact_id: subject.id,
    subject_artifact_repo: repositoryName,
    subject_artifact_digest: subject.digest,
    size: accessory.size,
    digest: accessory.digest,
    type: accessory.kind,
    artifact_type: accessory.artifactType,
    icon: iconOfAccessory(accessory.kind),
    creation_time: apiTime(accessory.pushedAt),
  };
}

/** An entry of an index; the keys of a platform are those of Harbor's description, quotes included. */
export function referenceView(
  entry: Json,
  ids: { readonly parent: number; readonly child: number | undefined },
): View {
  const platform = isRecord(entry['platform']) ? entry['platform'] : undefined;
  const annotations = isRecord(entry['annotations']) ? entry['annotations'] : {};
  return {
    ...withoutZeros({
      parent_id: ids.parent,
      child_id: ids.child,
      child_digest: textIn(entry, 'digest'),
      annotations: Object.keys(annotations).length === 0 ? undefined : annotations,
    }),
    ...(platform === undefined ? {} : { platform: platformView(platform) }),
    urls: Array.isArray(entry['urls']) ? entry['urls'].filter((url) => typeof url === 'string') : null,
  };
}

function platformView(platform: Json): View {
  const features = platform['os.features'];
  return {
    "'os.features'": Array.isArray(features) ? features.filter((each) => typeof each === 'string') : null,
    ...withoutZeros({
      "'os.version'": textIn(platform, 'os.version'),
      architecture: textIn(platform, 'architecture'),
      os: textIn(platform, 'os'),
      variant: textIn(platform, 'variant'),
    }),
  };
}

export function entriesOf(manifest: Json): readonly Json[] {
  return objectsIn(manifest, 'manifests');
}
