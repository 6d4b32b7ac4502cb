import { defaultMembers, splitList } from '../../access/defaults/require-unlocked.ts';
import { projectRoles } from '../../access/grants/roles.ts';
import { findGroupsByName } from '../../access/groups/group-reads.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { defaultTags } from '../../content/tags/begin-with-rules.ts';
import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database, Queries } from '../../platform/db/database.ts';
import type { Bound, ObjectSchema } from '../../platform/http/api/schema.ts';
import type { SettingChanges, Settings } from '../../platform/settings/settings.ts';

const path = '/api/berth/v1/project-defaults';
const tag = 'project';

const member = {
  type: 'object',
  properties: {
    group: { type: 'string', description: 'The name of a group, without commas and =.' },
    role: { type: 'string', enum: projectRoles },
  },
  required: ['group', 'role'],
} as const satisfies ObjectSchema;

const defaultsSchema = {
  type: 'object',
  properties: {
    public: { type: 'boolean', description: 'Of a project that does not say it.' },
    public_locked: { type: 'boolean', description: 'Every project has to stay so.' },
    storage_limit: { type: 'integer', format: 'int64', description: 'Bytes, -1 for no limit.' },
    storage_locked: { type: 'boolean', description: 'No project may have another limit.' },
    members_locked: { type: 'boolean', description: 'These groups keep their role in every project.' },
    immutable_tags: {
      type: 'array',
      description: 'Tags that a new project makes immutable, such as v*.',
      items: { type: 'string' },
    },
    immutable_locked: { type: 'boolean', description: 'Those rules cannot be changed.' },
    retention_locked: {
      type: 'boolean',
      description: 'Projects get no retention policy of their own.',
    },
    members: { type: 'array', description: 'Groups with a role in each new project.', items: member },
    creator_groups: {
      type: 'array',
      description: 'Whose members may make projects; none: everybody who may by the settings.',
      items: { type: 'string' },
    },
    name_pattern: { type: 'string', description: 'What their names look like, with * for anything.' },
    max_per_user: { type: 'integer', format: 'int64', description: 'Projects that one may own, -1: any.' },
  },
} as const satisfies ObjectSchema;

type Defaults = Bound<typeof defaultsSchema>;

/** What new projects begin with, what of it is locked, and who may make them: settings of the run time, taken together. */
export function defaultRoutes(deps: {
  readonly db: Database;
  readonly settings: Settings;
}): readonly RestRoute[] {
  const { db, settings } = deps;
  return [
    restRoute.system({
      method: 'GET',
      path,
      operationId: 'getProjectDefaults',
      tag,
      summary: 'What new projects begin with, what of it is locked, and who may make them.',
      needs: 'system',
      permission: 'configuration:read',
      parameters: {},
      answers: { 200: { description: 'All of it.', schema: defaultsSchema } },
      refusals: [401, 403],
      run: () => Promise.resolve({ status: 200, body: view(settings) }),
    }),
    restRoute.system({
      method: 'PUT',
      path,
      operationId: 'putProjectDefaults',
      tag,
      summary: 'Changes what is named of it, all or nothing; what is left out stays.',
      needs: 'system',
      permission: 'configuration:update',
      parameters: {},
      body: { name: 'defaults', schema: defaultsSchema },
      answers: { 200: { description: 'Changed.' } },
      refusals: [400, 401, 403],
      run: async ({ body }, { actor }) => {
        await settings.change(await changesOf(db.reader, body), actor);
        return { status: 200 };
      },
    }),
  ];
}

function view(settings: Settings): object {
  return {
    public: settings.get('project_public_default'),
    public_locked: settings.get('project_public_locked'),
    storage_limit: settings.get('storage_per_project'),
    storage_locked: settings.get('project_storage_locked'),
    members: defaultMembers(settings),
    members_locked: settings.get('project_members_locked'),
    immutable_tags: defaultTags(settings),
    immutable_locked: settings.get('project_immutable_locked'),
    retention_locked: settings.get('project_retention_locked'),
    creator_groups: splitList(settings.get('project_creator_groups')),
    name_pattern: settings.get('project_name_pattern'),
    max_per_user: settings.get('projects_per_user'),
  };
}

/** @throws AppError BAD_REQUEST for a group that there is not */
async function changesOf(db: Queries, body: Defaults): Promise<SettingChanges> {
  for (const name of [
    ...(body.creator_groups ?? []),
    ...(body.members ?? []).map(({ group }) => group ?? ''),
  ])
    await requireListable(db, name);
  const given = {
    project_public_default: body.public,
    project_public_locked: body.public_locked,
    storage_per_project: body.storage_limit,
    project_storage_locked: body.storage_locked,
    project_members_default: body.members?.map(({ group, role }) => `${group ?? ''}=${role ?? ''}`).join(','),
    project_members_locked: body.members_locked,
    project_immutable_default: body.immutable_tags?.join(','),
    project_immutable_locked: body.immutable_locked,
    project_retention_locked: body.retention_locked,
    project_creator_groups: body.creator_groups?.join(','),
    project_name_pattern: body.name_pattern,
    projects_per_user: body.max_per_user,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

async function requireListable(db: Queries, name: string): Promise<void> {
  if (!/[,=]/.test(name) && (await findGroupsByName(db, name)).length > 0) return;
  throw new AppError('BAD_REQUEST', {
    message: `there is no group "${name.slice(0, 255)}"${/[,=]/.test(name) ? ': names with , or = cannot stand here' : ''}`,
    because: because('no such group', { name: name.slice(0, 255) }),
    detail: 'berth group list shows those that there are',
  });
}
