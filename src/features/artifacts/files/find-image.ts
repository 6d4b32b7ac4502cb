import { requireInProject } from '../../../access/denied.ts';
import type { Project } from '../../../access/projects/project-reads.ts';
import type { Asker } from '../../../access/rest-route.ts';
import type { ArtifactRow } from '../../../content/artifacts/shown/artifact-page-reads.ts';
import type { ReadContentDeps } from '../../../content/descriptions/read-content.ts';
import type { LayerLibrary, LayersOf } from '../../../content/layers/layer-library.ts';
import { type Image, readImage } from '../../../content/layers/read-image.ts';
import { addressBlock } from '../../../lib/address-block.ts';
import type { RepositoryName } from '../../../lib/oci/repository-name.ts';
import { parseReference } from '../../../lib/oci/tag.ts';
import { findRow } from '../find-row.ts';

export interface FilesDeps extends ReadContentDeps {
  readonly layers: LayerLibrary;
}

export interface FoundImage extends Image {
  readonly row: ArtifactRow;
  readonly fullName: RepositoryName;
}

export interface Place {
  readonly project: Project;
  readonly repository: { readonly fullName: RepositoryName; readonly path: string };
}

/**
 * An artifact whose content the asker may pull: grants may be for some tags only.
 * @throws AppError DENIED, NOT_FOUND; PRECONDITION for an index
 */
export async function findImage(
  deps: FilesDeps,
  asker: Asker,
  { project, repository: { fullName, path } }: Place,
  text: string,
): Promise<FoundImage> {
  const row = await findPullable(deps, asker, { project, repository: { fullName, path } }, text);
  return { ...(await readImage(deps, row)), row, fullName };
}

/** The layers of an image, as they are read for who asks. */
export function layersOf({ fullName, layers }: FoundImage, { principal, actor }: Asker): LayersOf {
  const caller = principal.kind === 'anonymous' ? addressBlock(actor.address) : actor.principal;
  return { repository: fullName, layers, caller };
}

/** @throws AppError DENIED, NOT_FOUND */
export async function findPullable(
  deps: FilesDeps,
  asker: Asker,
  { project, repository: { fullName, path } }: Place,
  text: string,
): Promise<ArtifactRow> {
  const reference = parseReference(text);
  await requireInProject(deps, asker, {
    permission: 'repository:pull',
    project,
    named: project.name,
    path,
    ...(reference.kind === 'tag' ? { tag: reference.tag } : {}),
  });
  return findRow(deps, fullName, text);
}
