import { administersSystem, canOnSystem } from '../../access/authorize.ts';
import { defaultMembers, requireUnlocked } from '../../access/defaults/require-unlocked.ts';
import { requireInProject } from '../../access/denied.ts';
import { findFirstAdministrator } from '../../access/grants/grant-reads.ts';
import { pageOfProjects } from '../../access/project-page-reads.ts';
import { createProject } from '../../access/projects/create-project.ts';
import { deleteProject } from '../../access/projects/delete-project.ts';
import { projectParameters } from '../../access/projects/project-parameters.ts';
import { updateProject } from '../../access/projects/update-project.ts';
import { type RestRoute, restRoute, type SignedInAsker } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { beginWithRules } from '../../content/tags/begin-with-rules.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import type { CreationConflicts } from './creation-conflicts.ts';
import { listProjects } from './list-projects.ts';
import { loadDetails } from './load-details.ts';
import { isPolicyOnly, type ProjectBody, parseProjectSettings, projectBody } from './project-settings.ts';
import { projectSchema, projectView } from './project-view.ts';
import { maxOwned, requireCreator } from './require-creator.ts';

export interface ProjectDeps {
  readonly db: Database;
  readonly conflicts: CreationConflicts;
  readonly settings: Settings;
}

const path = '/api/v2.0/projects';
const pathOfOne = `${path}/{project_name_or_id}`;
const tag = 'project';

/** Harbor's operations on projects. */
export function projectRoutes(deps: ProjectDeps): readonly RestRoute[] {
  const { db } = deps;
  return [
    restRoute.visitor({
      method: 'GET',
      path,
      operationId: 'listProjects',
      tag,
      summary: 'The projects that the caller may read.',
      needs: 'anyone',
      parameters: {
        ...pageParameters,
        q: {
          in: 'query',
          description: 'Conditions on name (exact or ~part), public and owner, divided by commas.',
          schema: { type: 'string' },
        },
        sort: {
          in: 'query',
          description: 'name, project_id, creation_time, update_time, each with - for descending.',
          schema: { type: 'string' },
        },
        name: { in: 'query', description: 'A part of the name.', schema: { type: 'string' } },
        public: { in: 'query', description: 'Only public, or only others.', schema: { type: 'boolean' } },
        owner: { in: 'query', description: "The owner's user name.", schema: { type: 'string' } },
        with_detail: {
          in: 'query',
          description: 'With owner, metadata and allowlist.',
          schema: { type: 'boolean', default: true },
        },
      },
      answers: {
        200: {
          description: 'One page of them.',
          headers: ['X-Total-Count', 'Link'],
          schema: { type: 'array', items: projectSchema },
        },
      },
      refusals: [],
      run: async (call, asker) => {
        const page = parsePage(call.parameters);
        return pageAnswer(call, page, await listProjects(deps, asker, { ...call.parameters, page }));
      },
    }),
    restRoute.signedIn({
      method: 'HEAD',
      path,
      operationId: 'headProject',
      tag,
      summary: 'Whether there is a project of that name that the caller may read.',
      needs: 'signed-in',
      parameters: {
        project_name: { in: 'query', required: true, description: 'The name.', schema: { type: 'string' } },
      },
      answers: { 200: { description: 'There is.' } },
      refusals: [401, 404],
      run: async ({ parameters: { project_name: name } }, { grants, now }) => {
        const visible = visibleTo(grants, 'project:read', now);
        const { count } = await pageOfProjects(db.reader, {
          visible,
          name: { exact: name },
          offset: 0,
          limit: 1,
          sort: [],
        });
        if (count === 0) throw new AppError('NOT_FOUND', { message: `project ${name} not found` });
        return { status: 200 };
      },
    }),
    restRoute.signedIn({
      method: 'POST',
      path,
      operationId: 'createProject',
      tag,
      summary: 'Makes a project, of which the caller becomes projectAdmin.',
      needs: 'signed-in',
      parameters: {
        'X-Resource-Name-In-Location': {
          in: 'header',
          description: 'The address in the answer has the name instead of the id.',
          schema: { type: 'boolean', default: false },
        },
      },
      body: { name: 'project', schema: projectBody },
      answers: { 201: { description: 'Made.', headers: ['Location'] } },
      refusals: [401, 403, 409, 429],
      run: async ({ parameters, body }, asker) => {
        const id = await create(deps, asker, body);
        const target = parameters['X-Resource-Name-In-Location'] ? (body.project_name ?? '') : String(id);
        return { status: 201, headers: { Location: `${path}/${target}` } };
      },
    }),
    restRoute.project({
      method: 'GET',
      path: pathOfOne,
      operationId: 'getProject',
      tag,
      summary: 'One project.',
      needs: 'project',
      permission: 'project:read',
      parameters: projectParameters,
      answers: { 200: { description: 'It.', schema: projectSchema } },
      refusals: [401, 403, 404],
      run: async (_call, { project, ...asker }) => {
        const { rows } = await pageOfProjects(db.reader, {
          visible: { kind: 'some', public: false, projectIds: [project.id], names: [] },
          offset: 0,
          limit: 1,
          sort: [],
        });
        const [row] = rows;
        // Deleted since it was looked up.
        if (row === undefined)
          throw new AppError('NOT_FOUND', { message: `project ${project.name} not found` });
        const details = await loadDetails(db.reader, [row.id]);
        return { status: 200, body: projectView(row, asker, details(row.id)) };
      },
    }),
    restRoute.project({
      method: 'PUT',
      path: pathOfOne,
      operationId: 'updateProject',
      tag,
      summary: 'Changes the metadata of a project; name, limit and registry stay as they are.',
      needs: 'project',
      permission: 'project:update',
      orPermission: 'security-policy:update',
      parameters: projectParameters,
      body: { name: 'project', schema: projectBody },
      answers: { 200: { description: 'Changed.' } },
      refusals: [401, 403, 404],
      run: async ({ body }, asker) => {
        const { project, actor } = asker;
        const changes = parseProjectSettings(body);
        if (!isPolicyOnly(changes, project))
          await requireInProject(deps, asker, {
            permission: 'project:update',
            project,
            named: project.name,
          });
        requireUnlocked(deps.settings, changes.public === project.public ? {} : changes);
        await updateProject(deps, { projectId: project.id, ...changes, actor });
        return { status: 200 };
      },
    }),
    restRoute.project({
      method: 'DELETE',
      path: pathOfOne,
      operationId: 'deleteProject',
      tag,
      summary: 'Deletes an empty project.',
      needs: 'project',
      permission: 'project:delete',
      parameters: projectParameters,
      answers: { 200: { description: 'Deleted.' } },
      refusals: [401, 403, 404, 412],
      run: async (_call, { project, actor }) => {
        await deleteProject(deps, { projectId: project.id, actor });
        return { status: 200 };
      },
    }),
  ];
}

async function create(deps: ProjectDeps, asker: SignedInAsker, body: ProjectBody): Promise<number> {
  const { grants, now, actor } = asker;
  const administers = administersSystem(grants, now);
  const name = body.project_name ?? '';
  await requireCreator(deps, asker, name);
  const ownerId = await ownerFor(deps, asker);
  const { public: isPublic, sparseManifests, ...kept } = parseProjectSettings(body);
  if ((body.registry_id ?? 0) !== 0)
    throw new AppError('BAD_REQUEST', { message: 'registry_id needs proxy projects, not in this version' });
  // Who sees every project learns nothing from a name that is taken.
  const seesAll = visibleTo(grants, 'project:read', now).kind === 'all';
  const giveBack = seesAll ? () => {} : deps.conflicts.begin(actor.principal);
  const input = {
    name,
    public: isPublic ?? body.public ?? deps.settings.get('project_public_default'),
    sparseManifests: sparseManifests ?? false,
    ownerId,
    // Of others a limit is not taken, nor is it refused.
    limitBytes: (administers ? body.storage_limit : 0) || deps.settings.get('storage_per_project'),
    members: defaultMembers(deps.settings),
    begin: beginWithRules(deps.settings),
    ...maxOwned(deps, asker),
    ...kept,
    actor,
  };
  requireUnlocked(deps.settings, { public: input.public, limitBytes: input.limitBytes });
  try {
    const id = await createProject(deps, input);
    giveBack();
    return id;
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'CONFLICT')) giveBack();
    throw error;
  }
}

/** What a robot makes belongs to an administrator; only one of the system that may make projects does. */
async function ownerFor({ db }: ProjectDeps, { principal, grants, now }: SignedInAsker): Promise<number> {
  if (principal.kind === 'user') return principal.id;
  const owner = canOnSystem(grants, 'project:create', now)
    ? await findFirstAdministrator(db.reader)
    : undefined;
  if (owner === undefined)
    throw new AppError('DENIED', { message: `${principal.robotName} may not create projects` });
  return owner;
}
