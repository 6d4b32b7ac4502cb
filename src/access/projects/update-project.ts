import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append, type NewEvent } from '../../platform/events/append.ts';
import { allowlistsOf } from './allowlist-reads.ts';
import { writeAllowlist } from './allowlist-writes.ts';
import { type CveAllowlist, isSameAllowlist } from './cve-allowlist.ts';
import { metadataOf } from './metadata-reads.ts';
import { writeMetadata } from './metadata-writes.ts';
import type { MetadataChanges } from './parse-metadata.ts';
import { lockProjectToUpdate, updateProjectRow } from './project-writes.ts';

export interface UpdateProjectInput {
  readonly projectId: number;
  /** What is left out stays as it is. */
  readonly public?: boolean;
  readonly sparseManifests?: boolean;
  readonly metadata?: MetadataChanges['others'];
  /** Takes the place of what there is. */
  readonly allowlist?: CveAllowlist;
  /** Refuse what would change a value that there is. */
  readonly onlyNew?: true;
  readonly actor: Actor;
}

type Data = NonNullable<NewEvent['data']>;

/**
 * Changes what a project is like; what changes nothing leaves no event.
 * @throws AppError NOT_FOUND, CONFLICT
 */
export async function updateProject(
  deps: { readonly db: Database },
  input: UpdateProjectInput,
): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction((tx) => update(tx, input, now));
}

async function update(tx: Tx, input: UpdateProjectInput, now: number): Promise<void> {
  const before = await lockProjectToUpdate(tx, input.projectId);
  if (before === undefined) throw new AppError('NOT_FOUND', { message: 'there is no such project' });
  const after = {
    ...before,
    public: input.public ?? before.public,
    sparseManifests: input.sparseManifests ?? before.sparseManifests,
  };
  const flags: Data =
    after.public === before.public && after.sparseManifests === before.sparseManifests
      ? {}
      : {
          publicBefore: Number(before.public),
          public: Number(after.public),
          sparseManifestsBefore: Number(before.sparseManifests),
          sparseManifests: Number(after.sparseManifests),
        };
  const data = {
    ...flags,
    ...(await updateMetadata(tx, input)),
    ...(await updateAllowlist(tx, input, now)),
  };
  if (Object.keys(data).length === 0) return;
  await updateProjectRow(tx, after, now);
  await append(tx, {
    type: 'project.updated',
    at: now,
    actor: input.actor,
    projectId: before.id,
    object: before.name,
    data,
  });
}

async function updateMetadata(tx: Tx, input: UpdateProjectInput): Promise<Data> {
  const { projectId, metadata = new Map<string, string | null>(), onlyNew } = input;
  if (metadata.size === 0) return {};
  const known = (await metadataOf(tx, [projectId])).get(projectId);
  const data: Record<string, string | null> = {};
  for (const [name, value] of metadata) {
    const before = known?.get(name) ?? null;
    if (onlyNew && before !== null) throw new AppError('CONFLICT', { message: `there is a ${name} already` });
    if (before === value) continue;
    await writeMetadata(tx, { projectId, name, value });
    data[`${name}Before`] = before;
    data[name] = value;
  }
  return data;
}

async function updateAllowlist(tx: Tx, input: UpdateProjectInput, now: number): Promise<Data> {
  const { projectId, allowlist: list } = input;
  if (list === undefined) return {};
  const before = (await allowlistsOf(tx, [projectId])).get(projectId);
  if (before !== undefined && isSameAllowlist(before, list)) return {};
  await writeAllowlist(tx, { projectId, list, id: before?.id, now });
  return {
    cveAllowlistBefore: (before?.items ?? []).join(','),
    cveAllowlist: list.items.join(','),
    cveAllowlistExpiresAtBefore: before?.expiresAt ?? null,
    cveAllowlistExpiresAt: list.expiresAt,
  };
}
