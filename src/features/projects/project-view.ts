import { isValid } from '../../access/authorize.ts';
import type { Grant } from '../../access/grants/grant-reads.ts';
import { projectRoles, roleIds } from '../../access/grants/roles.ts';
import type { ProjectRow } from '../../access/project-page-reads.ts';
import { cveAllowlistSchema, cveAllowlistView } from '../../access/projects/cve-allowlist-view.ts';
import type { StoredMetadata } from '../../access/projects/metadata-reads.ts';
import { metadataRules } from '../../access/projects/parse-metadata.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';
import type { ProjectDetails } from './load-details.ts';

const text = { type: 'string' } as const;
const metadataSchema = {
  type: 'object',
  properties: Object.fromEntries(Object.keys(metadataRules).map((name) => [name, text])),
} as const satisfies ObjectSchema;

const id = { type: 'integer', format: 'int64' } as const;
const time = { type: 'string', format: 'date-time' } as const;

export const projectSchema = {
  type: 'object',
  properties: {
    project_id: id,
    owner_id: id,
    name: { type: 'string' },
    creation_time: time,
    update_time: time,
    owner_name: { type: 'string' },
    current_user_role_id: {
      ...id,
      description: 'The strongest role that the caller holds in it; absent: none.',
    },
    current_user_role_ids: { type: 'array', items: id },
    repo_count: id,
    metadata: metadataSchema,
    cve_allowlist: cveAllowlistSchema,
  },
} as const satisfies ObjectSchema;

/** A project as Harbor prints it. */
export function projectView(
  project: ProjectRow,
  asker: { readonly grants: readonly Grant[]; readonly now: number },
  details: ProjectDetails | undefined,
): Readonly<Record<string, unknown>> {
  const roles = rolesIn(project.id, asker);
  return {
    ...withoutZeros({
      project_id: project.id,
      owner_id: project.ownerId,
      name: project.name,
      creation_time: apiTime(project.createdAt),
      update_time: apiTime(project.updatedAt),
      current_user_role_id: roles[0],
    }),
    current_user_role_ids: roles,
    repo_count: project.repositoryCount,
    ...(details === undefined ? {} : detailsOf(project, details)),
  };
}

function detailsOf(
  project: ProjectRow,
  { metadata, allowlist }: ProjectDetails,
): Readonly<Record<string, unknown>> {
  return {
    owner_name: project.ownerName,
    metadata: metadataView(project, metadata),
    cve_allowlist: cveAllowlistView(allowlist, project.id),
  };
}

/** All of it by Harbor's keys, with Berth's own. */
export function metadataView(
  project: { readonly public: boolean; readonly sparseManifests: boolean },
  others: StoredMetadata | undefined,
): Readonly<Record<string, string>> {
  return {
    public: String(project.public),
    ...(project.sparseManifests ? { sparse_manifests: 'true' } : {}),
    ...Object.fromEntries(others ?? []),
  };
}

/** Ids of the roles held in the whole project, from the strongest to the weakest. */
export function rolesIn(
  projectId: number,
  { grants, now }: { readonly grants: readonly Grant[]; readonly now: number },
): number[] {
  const held = grants.filter(
    (grant) =>
      isValid(grant, now) &&
      grant.tagPattern === null &&
      (grant.scope === 'system' || (grant.scope === 'project' && grant.projectId === projectId)),
  );
  return projectRoles
    .filter((role) => held.some((grant) => grant.role === role))
    .map((role) => roleIds[role]);
}
