import { projectParameters } from '../../access/projects/project-parameters.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import {
  type Delivery,
  type DeliveryFilter,
  findDelivery,
  pageOfDeliveries,
} from '../../platform/deliveries/delivery-reads.ts';
import { offsetOf, type Page, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';
import {
  executionSchema,
  executionView,
  jobSchema,
  jobView,
  taskSchema,
  taskView,
} from './execution-view.ts';
import { requireKnown } from './update-webhook.ts';

const tag = 'webhook';
const path = '/api/v2.0/projects/{project_name_or_id}/webhook';
const ofPolicy = `${path}/policies/{webhook_policy_id}`;
const int64 = { type: 'integer', format: 'int64' } as const;
const text = { type: 'string' } as const;

const listParameters = {
  ...pageParameters,
  q: { in: 'query', description: 'Conditions on id, status, vendor_type and event_type.', schema: text },
  sort: { in: 'query', description: 'id, start_time, with - for descending.', schema: text },
} as const;

const policyParameters = {
  ...projectParameters,
  webhook_policy_id: { in: 'path', required: true, description: "The webhook's id.", schema: int64 },
} as const;

const executionParameters = {
  ...policyParameters,
  execution_id: { in: 'path', required: true, description: 'The id of the execution.', schema: int64 },
} as const;

const headers = ['X-Total-Count', 'Link'] as const;

interface Deps {
  readonly db: Database;
}

/** Harbor's views of deliveries: each is an execution with one task of the same id, and a job. */
export function executionRoutes(deps: Deps): readonly RestRoute[] {
  return [listRoute(deps), ...taskRoutes(deps), jobsRoute(deps)];
}

function listRoute({ db }: Deps): RestRoute {
  return restRoute.project({
    method: 'GET',
    path: `${ofPolicy}/executions`,
    operationId: 'ListExecutionsOfWebhookPolicy',
    tag,
    summary: 'What a webhook was told in the last days, one for each event and target.',
    needs: 'project',
    permission: 'notification-policy:read',
    parameters: { ...policyParameters, ...listParameters },
    answers: {
      200: {
        description: 'A page of them.',
        headers,
        schema: { type: 'array', items: executionSchema },
      },
    },
    refusals: [400, 401, 403, 404],
    run: async (call, { project }) => {
      const { q, sort, webhook_policy_id: id } = call.parameters;
      await requireKnown(db.reader, { projectId: project.id }, id);
      const page = parsePage(call.parameters);
      const found = await readPage(db, { filter: filterOf(id, q), page, sort });
      return pageAnswer(call, page, { items: found.rows.map(executionView), total: found.total });
    },
  });
}

function taskRoutes({ db }: Deps): readonly RestRoute[] {
  return [
    restRoute.project({
      method: 'GET',
      path: `${ofPolicy}/executions/{execution_id}/tasks`,
      operationId: 'ListTasksOfWebhookExecution',
      tag,
      summary: 'The one task of an execution.',
      needs: 'project',
      permission: 'notification-policy:read',
      parameters: { ...executionParameters, ...listParameters },
      answers: {
        200: { description: 'It.', headers, schema: { type: 'array', items: taskSchema } },
      },
      refusals: [400, 401, 403, 404],
      run: async (call, { project }) => {
        const { webhook_policy_id: webhookId, execution_id: id, q } = call.parameters;
        await requireDelivery(db, { projectId: project.id, webhookId, id });
        const page = parsePage(call.parameters);
        const filter = { ...filterOf(webhookId, q), id };
        const { rows, total } = await readPage(db, { filter, page, sort: undefined });
        return pageAnswer(call, page, { items: rows.map(taskView), total });
      },
    }),
    restRoute.project({
      method: 'GET',
      path: `${ofPolicy}/executions/{execution_id}/tasks/{task_id}/log`,
      operationId: 'GetLogsOfWebhookTask',
      tag,
      summary: 'Each attempt in a line, and what came of it.',
      needs: 'project',
      permission: 'notification-policy:read',
      parameters: {
        ...executionParameters,
        task_id: { in: 'path', required: true, description: 'The id of the task.', schema: int64 },
      },
      answers: { 200: { description: 'It.', mediaType: 'text/plain', schema: text } },
      refusals: [401, 403, 404],
      run: async ({ parameters }, { project }) => {
        const { webhook_policy_id: webhookId, execution_id: id, task_id: taskId } = parameters;
        const { log } = await requireDelivery(db, { projectId: project.id, webhookId, id });
        if (taskId !== id) throw new AppError('NOT_FOUND', { message: `there is no task ${taskId}` });
        return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: log };
      },
    }),
  ];
}

function jobsRoute({ db }: Deps): RestRoute {
  return restRoute.project({
    method: 'GET',
    path: `${path}/jobs`,
    operationId: 'ListWebhookJobs',
    tag: 'webhookjob',
    summary: 'The executions of a webhook in an older form.',
    needs: 'project',
    permission: 'notification-policy:list',
    parameters: {
      ...projectParameters,
      ...listParameters,
      policy_id: { in: 'query', required: true, description: "The webhook's id.", schema: int64 },
      status: {
        in: 'query',
        description: 'Any of these, with commas between.',
        schema: { type: 'array', items: text },
      },
    },
    answers: {
      200: { description: 'A page of them.', headers, schema: { type: 'array', items: jobSchema } },
    },
    refusals: [400, 401, 403, 404, 422],
    run: async (call, { project }) => {
      const { policy_id: id, q, sort, status } = call.parameters;
      await requireKnown(db.reader, { projectId: project.id }, id);
      const page = parsePage(call.parameters);
      const states = status === undefined ? undefined : statesOf(status);
      const filter = { ...filterOf(id, q), ...(states === undefined ? {} : { states }) };
      const { rows, total } = await readPage(db, { filter, page, sort });
      return pageAnswer(call, page, { items: rows.map(jobView), total });
    },
  });
}

/** @throws AppError NOT_FOUND also for one of another project or webhook */
export async function requireDelivery(
  db: Database,
  of: { readonly projectId: number | null; readonly webhookId: number; readonly id: number },
): Promise<Delivery> {
  await requireKnown(db.reader, of, of.webhookId);
  const delivery = await findDelivery(db.reader, of.id);
  if (delivery?.webhookId !== of.webhookId)
    throw new AppError('NOT_FOUND', { message: `there is no execution ${of.id}` });
  return delivery;
}

function readPage(
  { reader }: Database,
  of: { readonly filter: DeliveryFilter; readonly page: Page; readonly sort: string | undefined },
): ReturnType<typeof pageOfDeliveries> {
  const [order] = parseSort(of.sort, ['id', 'start_time'], { key: 'start_time', descending: true });
  return pageOfDeliveries(reader, of.filter, {
    offset: offsetOf(of.page),
    limit: of.page.size === 0 ? Number.MAX_SAFE_INTEGER : of.page.size,
    oldestFirst: order?.descending === false,
  });
}

function filterOf(webhookId: number, q: string | undefined): DeliveryFilter {
  const matches = parseListQuery(q);
  const exact = (key: string): string | undefined => {
    const match = matches.get(key);
    return match?.kind === 'exact' ? match.value : undefined;
  };
  const id = exact('id');
  const status = matches.get('status');
  const wanted =
    status?.kind === 'any' ? status.values : status?.kind === 'exact' ? [status.value] : undefined;
  const vendor = exact('vendor_type');
  return {
    webhookId,
    ...(id === undefined ? {} : { id: /^\d{1,15}$/.test(id) ? Number(id) : 0 }),
    ...(wanted === undefined ? {} : { states: statesOf(wanted) }),
    ...(vendor === undefined ? {} : { slack: vendor === 'SLACK' }),
    kind: exact('event_type'),
  };
}

const statesByWord: ReadonlyMap<string, Delivery['state']> = new Map<string, Delivery['state']>([
  ['Success', 'delivered'],
  ['Error', 'failed'],
  ['Pending', 'waiting'],
  ['Scheduled', 'waiting'],
  ['Running', 'waiting'],
]);

function statesOf(words: readonly string[]): readonly Delivery['state'][] {
  return words.flatMap((word) => statesByWord.get(word) ?? []);
}
