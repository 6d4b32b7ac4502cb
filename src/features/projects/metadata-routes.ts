import { requireUnlocked } from '../../access/defaults/require-unlocked.ts';
import { metadataOf } from '../../access/projects/metadata-reads.ts';
import {
  isMetadataKey,
  type MetadataKey,
  normalized,
  parseMetadata,
} from '../../access/projects/parse-metadata.ts';
import { projectParameters } from '../../access/projects/project-parameters.ts';
import { type UpdateProjectInput, updateProject } from '../../access/projects/update-project.ts';
import { type ProjectAsker, type RestRoute, restRoute } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import type { MapSchema } from '../../platform/http/api/schema.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { metadataView } from './project-view.ts';

const path = '/api/v2.0/projects/{project_name_or_id}/metadatas';
const tag = 'projectMetadata';

const texts = { type: 'object', additionalProperties: { type: 'string' } } as const satisfies MapSchema;
type Texts = Readonly<Record<string, string>>;

const body = { name: 'metadata', schema: texts } as const;

const parameters = {
  ...projectParameters,
  meta_name: { in: 'path', required: true, description: 'The key.', schema: { type: 'string' } },
} as const;

interface Deps {
  readonly db: Database;
  readonly settings: Settings;
}

/** Harbor's operations on single settings of a project. */
export function metadataRoutes(deps: Deps): readonly RestRoute[] {
  return [...readingRoutes(deps), ...changingRoutes(deps)];
}

async function read({ db }: { readonly db: Database }, { project }: ProjectAsker): Promise<Texts> {
  return metadataView(project, (await metadataOf(db.reader, [project.id])).get(project.id));
}

function readingRoutes(deps: { readonly db: Database }): readonly RestRoute[] {
  return [
    restRoute.project({
      method: 'GET',
      path: `${path}/`,
      operationId: 'listProjectMetadatas',
      tag,
      summary: 'The metadata of a project.',
      needs: 'project',
      permission: 'metadata:list',
      parameters: projectParameters,
      answers: { 200: { description: 'Values by key.', schema: texts } },
      refusals: [401, 403, 404],
      run: async (_call, asker) => ({ status: 200, body: await read(deps, asker) }),
    }),
    restRoute.project({
      method: 'GET',
      path: `${path}/{meta_name}`,
      operationId: 'getProjectMetadata',
      tag,
      summary: 'One key with its value, or nothing.',
      needs: 'project',
      permission: 'metadata:read',
      parameters,
      answers: { 200: { description: 'An object with this key, or without any.', schema: texts } },
      refusals: [401, 403, 404],
      run: async ({ parameters: { meta_name: name } }, asker) => {
        const value = new Map(Object.entries(await read(deps, asker))).get(name);
        return { status: 200, body: value === undefined ? {} : { [name]: value } };
      },
    }),
  ];
}

function changingRoutes(deps: Deps): readonly RestRoute[] {
  return [
    restRoute.project({
      method: 'POST',
      path: `${path}/`,
      operationId: 'addProjectMetadatas',
      tag,
      summary: 'Adds one key, which must not be there yet.',
      needs: 'project',
      permission: 'metadata:create',
      parameters: projectParameters,
      body,
      answers: { 200: { description: 'Added.' } },
      refusals: [401, 403, 404, 409],
      run: async ({ body: given }, asker) => {
        await add(deps, asker, given);
        return { status: 200 };
      },
    }),
    restRoute.project({
      method: 'PUT',
      path: `${path}/{meta_name}`,
      operationId: 'updateProjectMetadata',
      tag,
      summary: 'Gives a key the value that the body has under its name.',
      needs: 'project',
      permission: 'metadata:update',
      parameters,
      body,
      answers: { 200: { description: 'Changed.' } },
      refusals: [401, 403, 404],
      run: async ({ parameters: { meta_name: name }, body: given }, asker) => {
        const key = requireKey(name);
        await change(deps, asker, changeOf(asker, key, given[key] ?? ''));
        return { status: 200 };
      },
    }),
    restRoute.project({
      method: 'DELETE',
      path: `${path}/{meta_name}`,
      operationId: 'deleteProjectMetadata',
      tag,
      summary: 'Takes a key away: its default counts.',
      needs: 'project',
      permission: 'metadata:delete',
      parameters,
      answers: { 200: { description: 'It is not there.' } },
      refusals: [401, 403, 404],
      run: async ({ parameters: { meta_name: name } }, asker) => {
        const { project, actor } = asker;
        if (isMetadataKey(name))
          await change(deps, asker, { projectId: project.id, ...withoutKey(name), actor });
        return { status: 200 };
      },
    }),
  ];
}

async function add(deps: Deps, asker: ProjectAsker, given: Texts): Promise<void> {
  const [pair, ...more] = Object.entries(given);
  if (pair === undefined || more.length > 0) throw bad('only allow one key/value pair');
  const [name, value] = pair;
  const key = requireKey(name);
  if (key in (await read(deps, asker)))
    throw new AppError('CONFLICT', { message: `there is a ${key} already` });
  await change(deps, asker, { ...changeOf(asker, key, value), onlyNew: true });
}

/** @throws AppError DENIED for what the defaults of projects lock */
async function change(deps: Deps, { project }: ProjectAsker, input: UpdateProjectInput): Promise<void> {
  requireUnlocked(deps.settings, input.public === project.public ? {} : input);
  await updateProject(deps, input);
}

function changeOf({ project, actor }: ProjectAsker, key: MetadataKey, value: string): UpdateProjectInput {
  if (value === '') throw bad(`the value of ${key} is missing`);
  // Before it is made uniform: what is wrong is told as it was sent.
  parseMetadata({ [key]: value });
  const { others, ...columns } = parseMetadata({ [key]: normalized(key, value) });
  return { projectId: project.id, ...columns, metadata: others, actor };
}

function withoutKey(key: MetadataKey): Pick<UpdateProjectInput, 'public' | 'sparseManifests' | 'metadata'> {
  if (key === 'public') return { public: false };
  return key === 'sparse_manifests' ? { sparseManifests: false } : { metadata: new Map([[key, null]]) };
}

/** @throws AppError BAD_REQUEST */
function requireKey(name: string): MetadataKey {
  if (isMetadataKey(name) && name !== 'retention_id') return name;
  throw bad(`invalid key: ${name.slice(0, 100)}`);
}

function bad(message: string): AppError {
  return new AppError('BAD_REQUEST', { message });
}
