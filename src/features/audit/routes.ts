import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { ApiAnswer } from '../../platform/http/api/api-route.ts';
import { type Page, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { auditFilterParameters, qParameter } from './audit-filter.ts';
import { auditEventTypes } from './audit-kinds.ts';
import type { AuditRow } from './audit-store.ts';
import { exportAuditLog, exportForms } from './export-audit-log.ts';
import { auditEventSchema, auditEventView, countAuditEvents, listAuditEvents } from './list-audit-events.ts';
import {
  type AuditDeps,
  type AuditList,
  auditLogExtSchema,
  auditLogExtView,
  auditLogSchema,
  auditLogView,
  listAuditLog,
} from './list-audit-log.ts';

const parameters = {
  ...pageParameters,
  q: qParameter,
  sort: { in: 'query', description: 'op_time, or -op_time, the default.', schema: { type: 'string' } },
} as const;

const inProject = {
  ...parameters,
  project_name: { in: 'path', required: true, description: 'The name.', schema: { type: 'string' } },
} as const;

const headers = ['X-Total-Count', 'X-Total-Count-Relation', 'Link'] as const;

/** How Harbor shows the log at its older and at its newer addresses. */
const older = { schema: auditLogSchema, view: auditLogView } as const;
const newer = { schema: auditLogExtSchema, view: auditLogExtView } as const;

interface Address {
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly form: typeof older | typeof newer;
}

/** Harbor's operations on the audit log. Its two logs are two views of one. */
export function auditRoutes(deps: AuditDeps): readonly RestRoute[] {
  return [
    listRoute(deps, {
      path: '/api/v2.0/audit-logs',
      operationId: 'listAuditLogs',
      summary:
        'What happened, the newest first: everywhere, or in the projects whose log the caller may read.',
      form: older,
    }),
    listRoute(deps, {
      path: '/api/v2.0/auditlog-exts',
      operationId: 'listAuditLogExts',
      summary: 'The same with descriptions.',
      form: newer,
    }),
    eventTypesRoute,
    projectRoute(deps, {
      path: '/api/v2.0/projects/{project_name}/logs',
      operationId: 'getLogs',
      summary: 'What happened in the project, the newest first.',
      form: older,
    }),
    projectRoute(deps, {
      path: '/api/v2.0/projects/{project_name}/auditlog-exts',
      operationId: 'getLogExts',
      summary: 'The same with descriptions.',
      form: newer,
    }),
    exportRoute(deps),
    eventsRoute(deps),
    countRoute(deps),
  ];
}

function listRoute(deps: AuditDeps, { path, operationId, summary, form }: Address): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path,
    operationId,
    tag: 'auditlog',
    summary,
    needs: 'signed-in',
    parameters,
    answers: answersIn(form),
    refusals: [401],
    run: async (call, asker) => {
      const page = parsePage(call.parameters);
      return answer(call, page, await listAuditLog(deps, asker, { ...call.parameters, page }), form.view);
    },
  });
}

function projectRoute(deps: AuditDeps, { path, operationId, summary, form }: Address): RestRoute {
  return restRoute.project({
    method: 'GET',
    path,
    operationId,
    tag: 'project',
    summary,
    needs: 'project',
    permission: 'log:list',
    parameters: inProject,
    answers: answersIn(form),
    refusals: [401, 403, 404],
    run: async (call, asker) => {
      const page = parsePage(call.parameters);
      const input = { ...call.parameters, page, projectId: asker.project.id };
      return answer(call, page, await listAuditLog(deps, asker, input), form.view);
    },
  });
}

function exportRoute(deps: AuditDeps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path: '/api/berth/v1/audit/export',
    operationId: 'exportAuditLog',
    tag: 'audit',
    summary: 'All rows of the log that the caller may see and that match, with all that was recorded.',
    needs: 'signed-in',
    parameters: {
      ...auditFilterParameters,
      format: {
        in: 'query',
        description: 'One row a line, as JSON or as CSV.',
        schema: { type: 'string', enum: exportForms, default: 'ndjson' },
      },
      sort: {
        in: 'query',
        description: 'op_time, the default, or -op_time.',
        schema: { type: 'string', enum: ['op_time', '-op_time'], default: 'op_time' },
      },
      limit: {
        in: 'query',
        description: 'No more rows than this.',
        schema: { type: 'integer', format: 'int64' },
      },
    },
    answers: {
      200: {
        description: 'As a file.',
        headers: ['Content-Disposition'],
        mediaType: 'application/x-ndjson',
        otherMediaType: 'text/csv',
        schema: { type: 'string' },
      },
    },
    refusals: [400, 401],
    run: async ({ parameters: given }, asker) => {
      const form = given.format === 'csv' ? 'csv' : 'ndjson';
      const newestFirst = given.sort === '-op_time';
      const { limit } = given;
      if (limit !== undefined && limit < 1)
        throw new AppError('BAD_REQUEST', { message: 'limit must be 1 or more' });
      return {
        status: 200,
        headers: {
          'Content-Type': form === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson',
          'Content-Disposition': `attachment; filename="audit.${form}"`,
        },
        body: exportAuditLog(deps, asker, { filter: given, form, newestFirst, limit }),
      };
    },
  });
}

function answersIn({ schema }: Address['form']) {
  return { 200: { description: 'One page.', headers, schema: { type: 'array', items: schema } } } as const;
}

const eventTypesRoute = restRoute.system({
  method: 'GET',
  path: '/api/v2.0/auditlog-exts/events',
  operationId: 'listAuditLogEventTypes',
  tag: 'auditlog',
  summary: 'The kinds of what is recorded.',
  needs: 'system',
  permission: 'audit-log:list',
  parameters: {},
  answers: {
    200: {
      description: 'Operation and type of the resource, joined by _.',
      schema: {
        type: 'array',
        items: { type: 'object', properties: { event_type: { type: 'string' } } },
      },
    },
  },
  refusals: [401, 403],
  run: async () => ({ status: 200, body: auditEventTypes().map((name) => ({ event_type: name })) }),
});

function answer(
  call: Parameters<typeof pageAnswer>[0],
  page: Page,
  { items, total, more }: AuditList,
  view: (row: AuditRow) => unknown,
): ApiAnswer {
  return pageAnswer(call, page, { items: items.map(view), total, more });
}

/** Berth's own: the log with all that it holds. */
function eventsRoute(deps: AuditDeps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path: '/api/berth/v1/audit',
    operationId: 'listAuditEvents',
    tag: 'audit',
    summary:
      'What happened and what was refused, the newest first, with who, from where, by which request, and what changed.',
    needs: 'signed-in',
    parameters: {
      ...auditFilterParameters,
      sort: {
        in: 'query',
        description: '-op_time, the default: the newest first; or op_time.',
        schema: { type: 'string', enum: ['op_time', '-op_time'], default: '-op_time' },
      },
      after: {
        in: 'query',
        description: 'What `next` of the page before says.',
        schema: { type: 'string' },
      },
      limit: {
        in: 'query',
        description: 'How many at most.',
        schema: { type: 'integer', format: 'int64', maximum: 1000, default: 100 },
      },
    },
    answers: {
      200: {
        description: 'One page.',
        schema: {
          type: 'object',
          properties: {
            items: { type: 'array', items: auditEventSchema },
            next: { type: 'string', description: 'Absent on the last page.' },
          },
        },
      },
    },
    refusals: [400, 401],
    run: async ({ parameters: { sort, limit, after, ...filter } }, asker) => {
      if (limit < 1) throw new AppError('BAD_REQUEST', { message: 'limit must be 1 or more' });
      const input = { filter, after, limit, oldestFirst: sort === 'op_time' };
      const { items, next } = await listAuditEvents(deps, asker, input);
      return {
        status: 200,
        body: { items: items.map(auditEventView), ...(next === undefined ? {} : { next }) },
      };
    },
  });
}

/** Apart from the list, which need not wait for it. */
function countRoute(deps: AuditDeps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path: '/api/berth/v1/audit/count',
    operationId: 'countAuditEvents',
    tag: 'audit',
    summary:
      'How many rows of the log match, of those that the caller may see; no more than 10,000 are counted.',
    needs: 'signed-in',
    parameters: auditFilterParameters,
    answers: {
      200: {
        description: 'The count.',
        schema: {
          type: 'object',
          properties: {
            total: { type: 'integer', format: 'int64' },
            more: { type: 'boolean', description: 'There are more than `total`.' },
          },
        },
      },
    },
    refusals: [400, 401],
    run: async ({ parameters }, asker) => ({
      status: 200,
      body: await countAuditEvents(deps, asker, parameters),
    }),
  });
}
