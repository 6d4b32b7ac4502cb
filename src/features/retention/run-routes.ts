import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { maxPageSize, offsetOf, type Page, pageAnswer, parsePage } from '../../platform/http/api/page.ts';
import { printLog } from '../../platform/jobs/print-log.ts';
import { findPolicyFor } from './find-policy-for.ts';
import { pathOfPolicy, policyId, retentionPath, retentionTag } from './policy-routes.ts';
import { runSchema, runView, taskSchema, taskView } from './run-view.ts';
import { startRun, stopRun } from './start-run.ts';
import { findRunOf, pageOfRuns, type RunRow } from './store/run-store.ts';
import { findTask, pageOfTasks } from './store/task-store.ts';

interface Deps {
  readonly db: Database;
}

const path = `${pathOfPolicy}/executions`;
const pathOfOne = `${path}/{eid}`;

const number = { type: 'integer', format: 'int64' } as const;
const runId = {
  ...policyId,
  eid: { in: 'path', required: true, description: 'The id of the run.', schema: number },
} as const;
const taskId = {
  ...runId,
  tid: { in: 'path', required: true, description: 'The id of the task.', schema: number },
} as const;

/** Harbor's description has neither defaults nor a limit for these two lists. */
const pageOf = {
  page: { in: 'query', description: 'Which page, from 1.', schema: number },
  page_size: {
    in: 'query',
    description: 'Items a page, 10 unless given, at most 100; 0 or less: all of them.',
    schema: number,
  },
} as const;

/** @throws AppError UNPROCESSABLE */
function readPage(given: {
  readonly page?: number | undefined;
  readonly page_size?: number | undefined;
}): Page {
  const { page = 1, page_size: size = 10 } = given;
  if (size > maxPageSize)
    throw new AppError('UNPROCESSABLE', { message: `page_size is ${size}: at most ${maxPageSize}` });
  return parsePage({ page, page_size: size });
}

/** Harbor's operations on runs of a policy. */
export function runRoutes(deps: Deps): readonly RestRoute[] {
  return [listRoute(deps), startRoute(deps), stopRoute(deps), tasksRoute(deps), logRoute(deps)];
}

function listRoute({ db }: Deps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path,
    operationId: 'listRetentionExecutions',
    tag: retentionTag,
    summary: 'Runs of a policy, the newest first.',
    needs: 'signed-in',
    parameters: { ...policyId, ...pageOf },
    answers: {
      200: {
        description: 'A page of them.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: runSchema },
      },
    },
    refusals: [401, 403, 404],
    run: async (call, asker) => {
      const { id } = call.parameters;
      const page = readPage(call.parameters);
      await findPolicyFor({ db }, asker, { id, action: 'list' });
      const { rows, total } = await pageOfRuns(db.reader, id, sliceOf(page));
      return pageAnswer(call, page, { items: rows.map((row) => runView(row, id)), total });
    },
  });
}

function startRoute(deps: Deps): RestRoute {
  return restRoute.signedIn({
    method: 'POST',
    path,
    operationId: 'triggerRetentionExecution',
    tag: retentionTag,
    summary: 'Runs a policy now; with dry_run nothing is deleted.',
    needs: 'signed-in',
    parameters: policyId,
    body: { name: 'body', schema: { type: 'object', properties: { dry_run: { type: 'boolean' } } } },
    answers: {
      // Harbor's description has it, too; nothing is answered so.
      200: { description: 'Never.' },
      // Harbor’s clients ask for text here.
      201: {
        description: 'It runs.',
        headers: ['Location'],
        mediaType: 'text/plain',
        otherMediaType: 'application/json',
      },
    },
    refusals: [401, 403, 404, 412],
    run: async ({ parameters: { id }, body }, asker) => {
      const policy = await findPolicyFor(deps, asker, { id, action: 'update' });
      const dryRun = body.dry_run ?? false;
      const executionId = await startRun(deps, { policy, dryRun, actor: asker.actor });
      return { status: 201, headers: { Location: `${retentionPath}/${id}/executions/${executionId}` } };
    },
  });
}

function stopRoute(deps: Deps): RestRoute {
  return restRoute.signedIn({
    method: 'PATCH',
    path: pathOfOne,
    operationId: 'operateRetentionExecution',
    tag: retentionTag,
    summary: 'Stops a run; what went until then stays in the trash.',
    needs: 'signed-in',
    parameters: runId,
    body: { name: 'body', schema: { type: 'object', properties: { action: { type: 'string' } } } },
    answers: { 200: { description: 'It stops.' } },
    refusals: [400, 401, 403, 404],
    run: async ({ parameters: { id, eid }, body }, asker) => {
      const policy = await findPolicyFor(deps, asker, { id, action: 'update' });
      if (body.action !== 'stop') throw new AppError('BAD_REQUEST', { message: "action should be 'stop'" });
      const { id: executionId } = await requireRun(deps, id, eid);
      await stopRun(deps, { policy, executionId, actor: asker.actor });
      return { status: 200 };
    },
  });
}

function tasksRoute(deps: Deps): RestRoute {
  const { db } = deps;
  return restRoute.signedIn({
    method: 'GET',
    path: `${pathOfOne}/tasks`,
    operationId: 'listRetentionTasks',
    tag: retentionTag,
    summary: 'What a run does, a task for each repository.',
    needs: 'signed-in',
    parameters: { ...runId, ...pageOf },
    answers: {
      200: {
        description: 'A page of them.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: taskSchema },
      },
    },
    refusals: [401, 403, 404],
    run: async (call, asker) => {
      const { id, eid } = call.parameters;
      const page = readPage(call.parameters);
      await findPolicyFor(deps, asker, { id, action: 'list' });
      await requireRun(deps, id, eid);
      const now = await db.now();
      const { rows, total } = await pageOfTasks(db.reader, eid, sliceOf(page));
      return pageAnswer(call, page, { items: rows.map((row) => taskView(row, now)), total });
    },
  });
}

function logRoute(deps: Deps): RestRoute {
  const { db } = deps;
  return restRoute.signedIn({
    method: 'GET',
    path: `${pathOfOne}/tasks/{tid}`,
    operationId: 'getRetentionTaskLog',
    tag: retentionTag,
    summary: 'Each artifact of a repository, what became of it, and why; also while it runs.',
    needs: 'signed-in',
    parameters: taskId,
    answers: { 200: { description: 'Text.', mediaType: 'text/plain', schema: { type: 'string' } } },
    refusals: [401, 403, 404],
    run: async ({ parameters: { id, eid, tid } }, asker) => {
      await findPolicyFor(deps, asker, { id, action: 'read' });
      await requireRun(deps, id, eid);
      const task = await findTask(db.reader, { executionId: eid, jobId: tid });
      if (task === undefined) throw new AppError('NOT_FOUND', { message: `run ${eid} has no task ${tid}` });
      const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
      return { status: 200, headers, body: printLog(db.reader, task.id) };
    },
  });
}

/** @throws AppError NOT_FOUND, also for the run of another policy */
async function requireRun({ db }: Deps, policyId: number, executionId: number): Promise<RunRow> {
  const found = await findRunOf(db.reader, { policyId, executionId });
  if (found !== undefined) return found;
  throw new AppError('NOT_FOUND', { message: `retention policy ${policyId} has no run ${executionId}` });
}

function sliceOf(page: Page): { readonly offset: number; readonly limit: number } {
  return { offset: offsetOf(page), limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size };
}
