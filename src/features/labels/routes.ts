import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { createLabel } from '../../content/labels/create-label.ts';
import { labelColumns, pageOfLabels } from '../../content/labels/label-reads.ts';
import { deleteLabel, updateLabel } from '../../content/labels/update-label.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { listConditions } from '../../platform/http/api/list-conditions.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';
import { labelSchema, labelView } from './label-view.ts';
import { requireLabel, requirePlace } from './require-label.ts';

interface Deps {
  readonly db: Database;
}

const path = '/api/v2.0/labels';
const pathOfOne = `${path}/{label_id}`;
const tag = 'label';

const parameters = {
  label_id: {
    in: 'path',
    required: true,
    description: 'The id of the label.',
    schema: { type: 'integer', format: 'int64' },
  },
} as const;

const body = { name: 'label', schema: labelSchema } as const;

/** Harbor's operations on labels. */
export function labelRoutes(deps: Deps): readonly RestRoute[] {
  return [listRoute(deps), createRoute(deps), ...oneRoutes(deps)];
}

function listRoute(deps: Deps): RestRoute {
  return restRoute.visitor({
    method: 'GET',
    path,
    operationId: 'ListLabels',
    tag,
    summary: 'The labels of the system, which everybody may list, or those of a project.',
    needs: 'anyone',
    parameters: {
      ...pageParameters,
      q: {
        in: 'query',
        description: 'Conditions on name, description, color, id, creation_time, update_time.',
        schema: { type: 'string' },
      },
      sort: {
        in: 'query',
        description: 'name, creation_time, update_time, color, id, each with - for descending.',
        schema: { type: 'string' },
      },
      name: { in: 'query', description: 'A part of the name.', schema: { type: 'string' } },
      scope: {
        in: 'query',
        description: 'g: those of the system, p: those of a project. Needed.',
        schema: { type: 'string' },
      },
      project_id: {
        in: 'query',
        description: 'The project, for p.',
        schema: { type: 'integer', format: 'int64' },
      },
    },
    answers: {
      200: {
        description: 'One page of them.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: labelSchema },
      },
    },
    refusals: [400, 401, 403, 404],
    run: async (call, asker) => {
      const { scope, project_id: given, name: part, q, sort } = call.parameters;
      const projectId = placeOf(scope, given);
      await requirePlace(deps, asker, { action: 'list', projectId });
      const page = parsePage(call.parameters);
      const conditions = listConditions(parseListQuery(q), labelColumns);
      const { rows, count } = await pageOfLabels(deps.db.reader, {
        projectId: projectId ?? 0,
        ...(part === undefined ? {} : { part }),
        conditions,
        sort: parseSort(sort, Object.keys(labelColumns) as (keyof typeof labelColumns)[], {
          key: 'creation_time',
          descending: true,
        }),
        offset: offsetOf(page),
        limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size,
      });
      return pageAnswer(call, page, { items: rows.map(labelView), total: count });
    },
  });
}

function createRoute(deps: Deps): RestRoute {
  return restRoute.visitor({
    method: 'POST',
    path,
    operationId: 'CreateLabel',
    tag,
    summary: 'Makes a label of the system or of a project.',
    needs: 'anyone',
    parameters: {},
    body,
    answers: { 201: { description: 'Made.', headers: ['Location'] } },
    refusals: [400, 401, 403, 404, 409],
    run: async (call, asker) => {
      const { name = '', description = '', color = '', scope, project_id: given } = call.body;
      const projectId = placeOf(scope, given);
      await requirePlace(deps, asker, { action: 'create', projectId });
      const id = await createLabel(deps, { name, description, color, projectId, actor: asker.actor });
      return { status: 201, headers: { Location: `${call.path}/${id}` } };
    },
  });
}

function oneRoutes(deps: Deps): readonly RestRoute[] {
  return [
    restRoute.visitor({
      method: 'GET',
      path: pathOfOne,
      operationId: 'GetLabelByID',
      tag,
      summary: 'One label.',
      needs: 'anyone',
      parameters,
      answers: { 200: { description: 'It.', schema: labelSchema } },
      refusals: [401, 403, 404],
      run: async (call, asker) => ({
        status: 200,
        body: labelView(await requireLabel(deps, asker, { id: call.parameters.label_id, action: 'read' })),
      }),
    }),
    restRoute.visitor({
      method: 'PUT',
      path: pathOfOne,
      operationId: 'UpdateLabel',
      tag,
      summary: 'Gives a label another name, description and colour; nothing else of the body counts.',
      needs: 'anyone',
      parameters,
      body,
      answers: { 200: { description: 'Changed.' } },
      refusals: [400, 401, 403, 404, 409],
      run: async (call, asker) => {
        const { id } = await requireLabel(deps, asker, { id: call.parameters.label_id, action: 'update' });
        const { name = '', description = '', color = '' } = call.body;
        await updateLabel(deps, { id, text: { name, description, color }, actor: asker.actor });
        return { status: 200 };
      },
    }),
    restRoute.visitor({
      method: 'DELETE',
      path: pathOfOne,
      operationId: 'DeleteLabel',
      tag,
      summary: 'Deletes a label and takes it from all artifacts.',
      needs: 'anyone',
      parameters,
      answers: { 200: { description: 'Deleted.' } },
      refusals: [401, 403, 404],
      run: async (call, asker) => {
        const { id } = await requireLabel(deps, asker, { id: call.parameters.label_id, action: 'delete' });
        await deleteLabel(deps, { id, actor: asker.actor });
        return { status: 200 };
      },
    }),
  ];
}

/**
 * Null: the system.
 * @throws AppError BAD_REQUEST
 */
function placeOf(scope: string | undefined, projectId: number | undefined): number | null {
  if (scope === 'g') return null;
  if (scope !== 'p') throw new AppError('BAD_REQUEST', { message: 'scope has to be g or p' });
  if (projectId === undefined || projectId < 1)
    throw new AppError('BAD_REQUEST', { message: 'project_id is needed for labels of scope p' });
  return projectId;
}
