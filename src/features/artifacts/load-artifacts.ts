import type { ArtifactRow } from '../../content/artifacts/shown/artifact-page-reads.ts';
import {
  type AccessoryRow,
  countTagsOf,
  findAccessoriesOf,
  findLabelsOf,
  findParentsOf,
  findTagsOf,
} from '../../content/artifacts/shown/artifact-part-reads.ts';
import { describeArtifact } from '../../content/descriptions/describe-artifact.ts';
import { findChildren } from '../../content/descriptions/description-reads.ts';
import type { ReadContentDeps } from '../../content/descriptions/read-content.ts';
import { description } from '../../content/descriptions/total-of.ts';
import { findBytesOf } from '../../content/referrers/referrer-reads.ts';
import { immutableTags } from '../../content/tags/immutable-rule-reads.ts';
import { parseRecord } from '../../lib/oci/json.ts';
import { manifestShapes } from '../../lib/oci/media-types.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';
import { artifactView, entriesOf, referenceView, type View } from './artifact-view.ts';

export interface Switches {
  readonly with_tag: boolean;
  readonly with_label: boolean;
  readonly with_accessory: boolean;
  readonly with_inherited_accessory: boolean;
  readonly with_immutable_status: boolean;
}

/** An artifact may have tens of thousands of tags: a list shows the newest, and says how many there are. */
const maxShownTags = 1000;
const signatures = ['signature.cosign', 'signature.notation'];

/** Rows as Harbor prints them, with what the switches ask for. */
export async function loadArtifacts(
  deps: ReadContentDeps,
  given: readonly ArtifactRow[],
  switches: Switches,
): Promise<View[]> {
  const { reader } = deps.db;
  const rows: ArtifactRow[] = [];
  for (const row of given) rows.push(await described(deps, row));
  const ids = rows.map(({ id }) => id);
  const tags = switches.with_tag ? await findTagsOf(reader, ids, maxShownTags) : [];
  const tagsOf = Map.groupBy(tags, ({ artifactId }) => artifactId);
  const full = [...tagsOf].filter(([, own]) => own.length === maxShownTags).map(([id]) => id);
  const counts = new Map((await countTagsOf(reader, full)).map((row) => [row.artifactId, row.count]));
  const labels = switches.with_label ? await findLabelsOf(reader, ids) : [];
  const labelsOf = Map.groupBy(labels, ({ artifactId }) => artifactId);
  // Links to SBOMs are shown whether accessories are or not.
  const accessories = Map.groupBy(await findAccessoriesOf(reader, rows), ({ subject }) => subject.id);
  const inherited = switches.with_inherited_accessory
    ? await inheritedBy(deps, rows, accessories)
    : new Map<number, AccessoryRow[]>();
  const keeps = await immutableTags(reader, switches.with_immutable_status ? rows : []);
  const views: View[] = [];
  for (const row of rows) {
    const own = accessories.get(row.id) ?? [];
    const shown = tagsOf.get(row.id) ?? [];
    views.push(
      artifactView(row, {
        tags: switches.with_tag ? shown : undefined,
        isImmutable: (name) => keeps(row, name),
        tagCount: counts.get(row.id),
        labels: switches.with_label ? (labelsOf.get(row.id) ?? []).map(labelView) : undefined,
        accessories: switches.with_accessory ? own : undefined,
        inherited: inherited.get(row.id) ?? [],
        references: await referencesOf(deps, row),
        sbomDigest: own.find(({ kind }) => kind === 'sbom.harbor')?.digest,
      }),
    );
  }
  return views;
}

/** What nobody has written down yet is found out now. */
export async function described(deps: ReadContentDeps, row: ArtifactRow): Promise<ArtifactRow> {
  return row.described === description.complete ? row : { ...row, ...(await describeArtifact(deps, row)) };
}

async function inheritedBy(
  deps: ReadContentDeps,
  rows: readonly ArtifactRow[],
  own: ReadonlyMap<number, readonly AccessoryRow[]>,
): Promise<Map<number, AccessoryRow[]>> {
  const { reader } = deps.db;
  const isSignature = ({ kind }: AccessoryRow): boolean => signatures.includes(kind);
  const unsigned = rows.filter(({ id }) => !(own.get(id) ?? []).some(isSignature));
  const parents = await findParentsOf(
    reader,
    unsigned.map(({ blobId }) => blobId),
  );
  const distinct = [...new Map(parents.map((parent) => [parent.id, parent])).values()];
  const ofParents = (await findAccessoriesOf(reader, distinct)).filter(isSignature);
  return new Map(
    unsigned.map((row) => {
      const mine = parents.filter(
        ({ childBlobId, repositoryId }) => childBlobId === row.blobId && repositoryId === row.repositoryId,
      );
      return [row.id, ofParents.filter(({ subject }) => mine.some(({ id }) => id === subject.id))];
    }),
  );
}

async function referencesOf(deps: ReadContentDeps, row: ArtifactRow): Promise<View[]> {
  if (manifestShapes.get(row.mediaType) !== 'index') return [];
  const { reader } = deps.db;
  const bytes = (await findBytesOf(reader, [row.blobId])).get(row.blobId);
  const manifest = bytes === undefined ? undefined : parseRecord(bytes);
  if (manifest === undefined) return [];
  const children = new Map((await findChildren(reader, row)).map(({ digest, child }) => [digest, child?.id]));
  return entriesOf(manifest).map((entry) =>
    referenceView(entry, { parent: row.id, child: children.get(String(entry['digest'])) }),
  );
}

function labelView(label: Awaited<ReturnType<typeof findLabelsOf>>[number]): View {
  return withoutZeros({
    id: label.id,
    name: label.name,
    description: label.description,
    color: label.color,
    scope: label.projectId === null ? 'g' : 'p',
    project_id: label.projectId ?? 0,
    creation_time: apiTime(label.createdAt),
    update_time: apiTime(label.updatedAt),
  });
}
