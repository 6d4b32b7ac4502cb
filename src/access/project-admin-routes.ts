import { AppError } from '../lib/errors.ts';
import type { Database } from '../platform/db/database.ts';
import { JsonBody } from '../platform/http/json-body.ts';
import { operator } from '../platform/http/operator.ts';
import { contextOf } from '../platform/http/request-context.ts';
import type { Routes } from '../platform/http/server.ts';
import type { Settings } from '../platform/settings/settings.ts';
import { newProject, requireUnlocked } from './defaults/require-unlocked.ts';
import { pageOfProjects } from './project-page-reads.ts';
import { type CreateProjectInput, createProject } from './projects/create-project.ts';
import { deleteProject } from './projects/delete-project.ts';
import { requireProject } from './projects/require-project.ts';
import { requireUser } from './users/require-user.ts';

const pageSize = 100;

/** Whom the first start makes, whatever it is called by now. */
const firstAdminId = 1;
const byName = [{ key: 'name', descending: false }] as const;

/** For the admin socket only: whoever can open it is the operator of the machine. */
export function projectAdminRoutes(deps: {
  readonly db: Database;
  readonly settings: Pick<Settings, 'get'>;
  readonly begin: CreateProjectInput['begin'];
}): Routes {
  const { db, settings, begin } = deps;
  const page = (input: { offset: number; limit: number; name?: { exact: string } }) =>
    pageOfProjects(db.reader, { visible: { kind: 'all' }, sort: byName, ...input });
  return (server) => {
    server.post('/projects/create', async ({ raw, body }) => {
      contextOf(raw).route = '/projects/create';
      const fields = new JsonBody(body);
      const owner = fields.optionalText('owner');
      const beginning = newProject(settings);
      const isPublic = fields.flag('public') || beginning.public;
      requireUnlocked(settings, { public: isPublic });
      const id = await createProject(deps, {
        ...beginning,
        ...(begin === undefined ? {} : { begin }),
        name: fields.text('name'),
        public: isPublic,
        sparseManifests: fields.flag('sparseManifests'),
        ownerId: owner === undefined ? firstAdminId : (await requireUser(db.reader, owner)).id,
        actor: operator(raw),
      });
      return { id };
    });
    server.post('/projects/list', async ({ raw, body }) => {
      contextOf(raw).route = '/projects/list';
      return page({ offset: new JsonBody(body).optionalWhole('offset') ?? 0, limit: pageSize });
    });
    server.post('/projects/show', async ({ raw, body }) => {
      contextOf(raw).route = '/projects/show';
      const exact = new JsonBody(body).text('name');
      await requireProject(db.reader, exact);
      const [found] = (await page({ offset: 0, limit: 1, name: { exact } })).rows;
      if (found === undefined) throw new AppError('NOT_FOUND');
      return found;
    });
    server.post('/projects/delete', async ({ raw, body }) => {
      contextOf(raw).route = '/projects/delete';
      const project = await requireProject(db.reader, new JsonBody(body).text('name'));
      await deleteProject(deps, { projectId: project.id, actor: operator(raw) });
      return {};
    });
  };
}
