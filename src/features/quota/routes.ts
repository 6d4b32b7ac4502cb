import { requireUnlocked } from '../../access/defaults/require-unlocked.ts';
import { setProjectLimit } from '../../access/projects/set-project-limit.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { checkUsage } from '../../content/repositories/check-usage.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';
import { JsonBody } from '../../platform/http/json-body.ts';
import { operator } from '../../platform/http/operator.ts';
import { contextOf } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { pageOfQuotas, type QuotaRow, quotaSortKeys } from './quota-store.ts';

const tag = 'quota';
const path = '/api/v2.0/quotas';
const pathOfOne = `${path}/{id}`;

const id = {
  in: 'path',
  required: true,
  description: "The project's id, which is its quota's too.",
  schema: { type: 'integer', format: 'int64' },
} as const;

const storage = {
  type: 'object',
  properties: { storage: { type: 'integer', format: 'int64', description: 'Bytes; -1: no limit.' } },
} as const;

const quotaSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer', format: 'int64' },
    ref: {
      type: 'object',
      properties: {
        id: { type: 'integer', format: 'int64' },
        name: { type: 'string' },
        owner_name: { type: 'string' },
      },
    },
    hard: storage,
    used: storage,
    creation_time: { type: 'string', format: 'date-time' },
    update_time: { type: 'string', format: 'date-time' },
  },
} as const;

/** Harbor's operations on quotas: one for each project, under the project's id. */
export function quotaRoutes(deps: {
  readonly db: Database;
  readonly settings: Settings;
}): readonly RestRoute[] {
  const { db } = deps;
  return [
    restRoute.system({
      method: 'GET',
      path,
      operationId: 'listQuotas',
      tag,
      summary: 'The storage limit and usage of each project.',
      needs: 'system',
      permission: 'quota:list',
      parameters: {
        ...pageParameters,
        reference: {
          in: 'query',
          description: 'What has the quota; only projects have one.',
          schema: { type: 'string' },
        },
        reference_id: { in: 'query', description: "A project's id.", schema: { type: 'string' } },
        sort: {
          in: 'query',
          description:
            'id, creation_time, hard.storage, used.storage, used.share (of the limit), each with - for descending.',
          schema: { type: 'string' },
        },
      },
      answers: {
        200: {
          description: 'One page of them.',
          headers: ['X-Total-Count', 'Link'],
          schema: { type: 'array', items: quotaSchema },
        },
      },
      refusals: [401, 403],
      run: async (call) => {
        const { reference, reference_id: given, sort } = call.parameters;
        const page = parsePage(call.parameters);
        const isOfProject = reference === undefined || reference === '' || reference === 'project';
        const projectId = given === undefined || given === '' ? undefined : Number(given);
        if (!isOfProject || (projectId !== undefined && !Number.isSafeInteger(projectId)))
          return pageAnswer(call, page, { items: [], total: 0 });
        const { rows, count } = await pageOfQuotas(db.reader, {
          projectId,
          sort: parseSort(sort, quotaSortKeys, { key: 'id', descending: false }),
          offset: offsetOf(page),
          limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size,
        });
        return pageAnswer(call, page, { items: rows.map(quotaView), total: count });
      },
    }),
    restRoute.system({
      method: 'GET',
      path: pathOfOne,
      operationId: 'getQuota',
      tag,
      summary: 'The storage limit and usage of a project.',
      needs: 'system',
      permission: 'quota:read',
      parameters: { id },
      answers: { 200: { description: 'They.', schema: quotaSchema } },
      refusals: [401, 403, 404],
      run: async ({ parameters }) => {
        const { rows } = await pageOfQuotas(db.reader, {
          projectId: parameters.id,
          sort: [],
          offset: 0,
          limit: 1,
        });
        const [row] = rows;
        if (row === undefined)
          throw new AppError('NOT_FOUND', { message: `quota ${parameters.id} not found` });
        return { status: 200, body: quotaView(row) };
      },
    }),
    restRoute.system({
      method: 'PUT',
      path: pathOfOne,
      operationId: 'updateQuota',
      tag,
      summary: 'Sets the storage limit of a project. Below what is used it stops growth only.',
      needs: 'system',
      permission: 'quota:update',
      parameters: { id },
      body: { name: 'hard', schema: { type: 'object', properties: { hard: storage } } },
      answers: { 200: { description: 'Set.' } },
      refusals: [401, 403, 404],
      run: async ({ parameters, body }, { actor }) => {
        const limitBytes = body.hard?.storage;
        if (limitBytes === undefined)
          throw new AppError('BAD_REQUEST', {
            message: 'hard.storage is missing: give bytes, or -1 for none',
          });
        requireUnlocked(deps.settings, { limitBytes });
        await setProjectLimit(deps, { projectId: parameters.id, limitBytes, actor });
        return { status: 200 };
      },
    }),
    restRoute.system({
      method: 'POST',
      path: '/api/internal/syncquota',
      operationId: 'syncQuota',
      tag,
      summary: 'Counts the usage of every project anew. Nothing has to stand still meanwhile.',
      needs: 'system',
      permission: 'quota:update',
      parameters: {},
      answers: { 200: { description: 'Counted.' } },
      refusals: [401, 403],
      run: async (_call, { actor }) => {
        await checkUsage(deps, { repair: true, actor });
        return { status: 200 };
      },
    }),
  ];
}

/** For the admin socket only. */
export function quotaAdminRoutes(deps: { readonly db: Database }): Routes {
  return (server) => {
    server.post('/quota/check', async ({ raw, body }) => {
      contextOf(raw).route = '/quota/check';
      const repair = new JsonBody(body).flag('repair');
      return { rows: await checkUsage(deps, repair ? { repair, actor: operator(raw) } : { repair }) };
    });
  };
}

function quotaView(row: QuotaRow): Readonly<Record<string, unknown>> {
  return {
    id: row.projectId,
    ref: { id: row.projectId, name: row.projectName, owner_name: row.ownerName },
    hard: { storage: row.limitBytes },
    used: { storage: row.usedBytes },
    creation_time: apiTime(row.createdAt),
    update_time: apiTime(row.updatedAt),
  };
}
