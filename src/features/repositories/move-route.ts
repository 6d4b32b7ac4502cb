import { requireInProject } from '../../access/denied.ts';
import { dayMs } from '../../access/names/reserved.ts';
import { findProject } from '../../access/projects/project-reads.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { moveRepository } from '../../content/artifacts/moving/move-repository.ts';
import { parseRepositoryName } from '../../lib/oci/repository-name.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Settings } from '../../platform/settings/settings.ts';

export function moveRoute(deps: { readonly db: Database; readonly settings: Settings }): RestRoute {
  return restRoute.repository({
    method: 'POST',
    path: '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/move',
    operationId: 'moveRepository',
    tag: 'repository',
    summary:
      'Gives a repository another name, also in another project: that needs pushing and deleting where it is and pushing where it goes. Pulls by the old name go on for former_name_days.',
    needs: 'repository',
    permission: 'repository:delete',
    parameters: {
      project_name: { in: 'path', required: true, description: 'The project.', schema: { type: 'string' } },
      repository_name: {
        in: 'path',
        required: true,
        description: 'Without the project; slashes are encoded, once or twice.',
        schema: { type: 'string' },
      },
    },
    body: {
      name: 'move',
      schema: {
        type: 'object',
        properties: { to: { type: 'string', description: 'The new name: project/repository.' } },
        required: ['to'],
      },
    },
    answers: { 200: { description: 'Moved.' } },
    refusals: [400, 401, 403, 404, 409, 412],
    run: async ({ body }, { project, repository, ...asker }) => {
      const to = parseRepositoryName(body.to ?? '', '');
      // Every tag goes along: who may set some tags only may not bring them all.
      const wholly = { ...asker, grants: asker.grants.filter(({ tagPattern }) => tagPattern === null) };
      const permission = 'repository:push';
      const from = { permission, project, named: project.name, path: repository.path } as const;
      await requireInProject(deps, wholly, from);
      const target = await requireInProject(deps, wholly, {
        permission,
        project: await findProject(deps.db.reader, to.project),
        named: to.project,
        path: to.path,
      });
      await moveRepository(deps, {
        from: { projectId: project.id, path: repository.path },
        to: { projectId: target.id, path: to.path },
        keptMs: deps.settings.get('former_name_days') * dayMs,
        actor: asker.actor,
      });
      return { status: 200 };
    },
  });
}
