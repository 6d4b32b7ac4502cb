import { isValid } from '../../access/authorize.ts';
import type { Grant } from '../../access/grants/grant-reads.ts';
import { projectRoles, roleIds } from '../../access/grants/roles.ts';
import type { ProjectRow } from '../../access/project-page-reads.ts';
import { apiTime, unsetTime } from '../../platform/http/api/api-time.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';

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
    metadata: {
      type: 'object',
      properties: { public: { type: 'string' }, sparse_manifests: { type: 'string' } },
    },
    cve_allowlist: {
      type: 'object',
      description: 'Always empty.',
      properties: {
        project_id: id,
        items: { type: 'array', items: { type: 'object', properties: { cve_id: { type: 'string' } } } },
        creation_time: time,
        update_time: time,
      },
    },
  },
} as const satisfies ObjectSchema;

/** A project as Harbor prints it. */
export function projectView(
  project: ProjectRow,
  asker: { readonly grants: readonly Grant[]; readonly now: number },
  { detail }: { readonly detail: boolean },
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
    ...(detail ? detailsOf(project) : {}),
  };
}

function detailsOf(project: ProjectRow): Readonly<Record<string, unknown>> {
  return {
    owner_name: project.ownerName,
    metadata: {
      public: String(project.public),
      ...(project.sparseManifests ? { sparse_manifests: 'true' } : {}),
    },
    cve_allowlist: {
      project_id: project.id,
      items: [],
      creation_time: unsetTime,
      update_time: unsetTime,
    },
  };
}

/** Ids of the roles held in the whole project, from the strongest to the weakest. */
function rolesIn(
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
