import { principalNames } from '../../access/names/principal-name-reads.ts';
import { principalText } from '../../access/principal.ts';
import { type RestRoute, restRoute, type SignedInAsker } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { append } from '../../platform/events/append.ts';
import { offsetOf, type Page, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { findJob } from '../../platform/jobs/rows/job-reads.ts';
import { stopJob } from '../../platform/jobs/stop-job.ts';
import { type Batch, batchActions, batchKind, mostItems, type NeededByAll } from './batch.ts';
import { countRestorable, findBatch, findUndoing, pageOfBatches, pageOfSeenBatches } from './batch-store.ts';
import { batchSchema, batchView, estimateSchema, estimateView, itemSchema, itemView } from './batch-view.ts';
import { estimate } from './estimate.ts';
import { findItems, type Lists } from './find-items.ts';
import { findUndo } from './find-undo.ts';
import { countItems, outcomes, pageOfItems } from './item-store.ts';
import { isLabelAction } from './labels/is-label-action.ts';
import { countToUndo } from './labels/label-store.ts';
import { placesOf, requireBatch } from './require-batch.ts';
import { startBatch } from './start-batch.ts';

export interface RouteDeps {
  readonly db: Database;
  /** What stands before the names of robots now. */
  readonly prefix: () => string;
  readonly lists: Lists;
  readonly neededByAll: NeededByAll;
}

const tag = 'batch';
const path = '/api/berth/v1/batches';
const pathOfOne = `${path}/{batch_id}`;

const ofOne = {
  batch_id: {
    in: 'path',
    required: true,
    description: 'Its id.',
    schema: { type: 'integer', format: 'int64' },
  },
} as const;

const bodySchema = {
  type: 'object',
  required: ['action'],
  properties: {
    action: { type: 'string', enum: batchActions },
    project: { type: 'string', description: 'Where the things are; not for restore.' },
    repository: { type: 'string', description: 'Without its project; for tags and artifacts.' },
    items: {
      type: 'array',
      items: { type: 'string' },
      description: `Tags, digests, repositories with their project, or ids in the trash; at most ${mostItems}.`,
    },
    matching: {
      type: 'object',
      description: 'In place of items: all that the list shows with this filter.',
      properties: {
        q: { type: 'string', description: 'As the list of artifacts, repositories or the trash has it.' },
        name: {
          type: 'string',
          description: 'A part of the name or, with *, all of it, as the list of tags has it.',
        },
        older_than_days: {
          type: 'integer',
          format: 'int64',
          description: 'Pushed longer ago, as the list of tags has it.',
        },
      },
    },
    except: {
      type: 'array',
      items: { type: 'string' },
      description: `With matching: what is left out of it, named as items are; at most ${mostItems}.`,
    },
    count: {
      type: 'integer',
      format: 'int64',
      description:
        'With matching: how many the list showed, without those that are left out. When more match, nothing is done.',
    },
    label_id: {
      type: 'integer',
      format: 'int64',
      description: 'For the actions that label: the label that is put or taken.',
    },
    dry_run: { type: 'boolean', description: 'Tells what would be done, and changes nothing.' },
  },
} as const;

const started = {
  description: 'A job does it.',
  headers: ['Location'],
  schema: batchSchema,
} as const;

/** One change of many things, each with the rights of who asked for it, and what became of each. */
export function batchRoutes(deps: RouteDeps): readonly RestRoute[] {
  return [
    createRoute(deps),
    listRoute(deps),
    readRoute(deps),
    itemsRoute(deps),
    undoRoute(deps),
    cancelRoute(deps),
  ];
}

function createRoute(deps: RouteDeps): RestRoute {
  return restRoute.signedIn({
    method: 'POST',
    path,
    operationId: 'createBatch',
    tag,
    summary:
      'Deletes, restores or labels many things by one job: those that are named, or all that a list shows.',
    needs: 'signed-in',
    parameters: {},
    body: { name: 'batch', schema: bodySchema },
    answers: {
      200: { description: 'What it would do, with dry_run.', schema: estimateSchema },
      202: started,
    },
    refusals: [400, 401, 403, 404, 412],
    run: async ({ body }, asker) => {
      const items = await findItems(deps, asker, body);
      if (body.dry_run === true)
        return { status: 200, body: estimateView(items.found, await estimate(deps, asker, items)) };
      return answerStarted(deps, await startBatch(deps, asker, { ...items, undoes: null }));
    },
  });
}

function listRoute(deps: RouteDeps): RestRoute {
  const { reader } = deps.db;
  return restRoute.signedIn({
    method: 'GET',
    path,
    operationId: 'listBatches',
    tag,
    summary: "The caller's own batches, the newest first, or all that the caller may see.",
    needs: 'signed-in',
    parameters: {
      ...pageParameters,
      all: {
        in: 'query',
        description:
          "Also those of others: that take back the caller's own, in projects that the caller administers, everywhere for who may see all jobs.",
        schema: { type: 'boolean', default: false },
      },
    },
    answers: {
      200: {
        description: 'One page.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: batchSchema },
      },
    },
    refusals: [400, 401],
    run: async (call, asker) => {
      const { principal } = asker;
      const page = parsePage(call.parameters);
      const slice = sliceOf(page);
      const { rows, total } = call.parameters.all
        ? await pageOfSeenBatches(reader, principal, { ...slice, places: placesOf(asker) })
        : await pageOfBatches(reader, principal, slice);
      const items = [];
      for (const batch of rows) items.push(await shown(deps, batch));
      return pageAnswer(call, page, { items, total });
    },
  });
}

function readRoute(deps: RouteDeps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path: pathOfOne,
    operationId: 'getBatch',
    tag,
    summary:
      'A batch and how far it is: for who asked for it or for what it takes back, who administers its project, and who may see all jobs.',
    needs: 'signed-in',
    parameters: ofOne,
    answers: { 200: { description: 'It.', schema: batchSchema } },
    refusals: [401, 404],
    run: async ({ parameters }, asker) => ({
      status: 200,
      body: await shown(deps, await requireBatch(deps.db, asker, parameters.batch_id)),
    }),
  });
}

function itemsRoute({ db }: RouteDeps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path: `${pathOfOne}/items`,
    operationId: 'listBatchItems',
    tag,
    summary: 'What became of each thing of a batch, also while it runs.',
    needs: 'signed-in',
    parameters: {
      ...ofOne,
      ...pageParameters,
      outcome: { in: 'query', description: 'Only these.', schema: { type: 'string', enum: outcomes } },
    },
    answers: {
      200: {
        description: 'One page.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: itemSchema },
      },
    },
    refusals: [401, 404],
    run: async (call, asker) => {
      const page = parsePage(call.parameters);
      const { id: batchId } = await requireBatch(db, asker, call.parameters.batch_id);
      const outcome = outcomes.find((each) => each === call.parameters.outcome);
      const { rows, total } = await pageOfItems(db.reader, { batchId, outcome, ...sliceOf(page) });
      return pageAnswer(call, page, { items: rows.map(itemView), total });
    },
  });
}

function undoRoute(deps: RouteDeps): RestRoute {
  return restRoute.signedIn({
    method: 'POST',
    path: `${pathOfOne}/undo`,
    operationId: 'undoBatch',
    tag,
    summary:
      'Takes back by one more batch, with the rights of the caller: restores what a batch deleted and is still in the trash, with what that needs and was deleted separately, or labels as it was.',
    needs: 'signed-in',
    parameters: {
      ...ofOne,
      dry_run: {
        in: 'query',
        description: 'Tells what would be done, and changes nothing.',
        schema: { type: 'boolean', default: false },
      },
    },
    answers: {
      200: { description: 'What it would do, with dry_run.', schema: estimateSchema },
      202: started,
    },
    refusals: [400, 401, 403, 404, 412],
    run: async ({ parameters }, asker) => {
      const batch = await requireBatch(deps.db, asker, parameters.batch_id);
      const { id } = batch;
      const job = await findJob(deps.db.reader, id);
      if (job?.endedAt === null)
        throw new AppError('PRECONDITION', {
          message: `batch ${id} has not ended`,
          detail: 'cancel it first, or wait for its end: what it does from now on would not be taken back',
        });
      const items = await findUndo(deps, asker, batch);
      if (parameters.dry_run)
        return { status: 200, body: estimateView(items.found, await estimate(deps, asker, items)) };
      const of = { undoes: id, undoesOf: await otherAsker(deps, batch, asker) };
      return answerStarted(deps, await startBatch(deps, asker, { ...items, ...of }));
    },
  });
}

function cancelRoute(deps: RouteDeps): RestRoute {
  const { db } = deps;
  return restRoute.signedIn({
    method: 'POST',
    path: `${pathOfOne}/cancel`,
    operationId: 'cancelBatch',
    tag,
    summary: 'Stops a batch within about a second; what was done by then stays done.',
    needs: 'signed-in',
    parameters: ofOne,
    answers: { 202: { description: 'It stops.' } },
    refusals: [401, 404, 412],
    run: async ({ parameters }, asker) => {
      const batch = await requireBatch(db, asker, parameters.batch_id, 'jobservice-monitor:stop');
      const { id, projectId } = batch;
      const owner = await otherAsker(deps, batch, asker);
      const job = await findJob(db.reader, id);
      const now = await db.now();
      await db.transaction(async (tx) => {
        if (job === undefined || !(await stopJob(tx, job, now)))
          throw new AppError('PRECONDITION', { message: `batch ${id} has ended` });
        const { actor } = asker;
        await append(tx, {
          type: 'job.stopped',
          at: now,
          actor,
          projectId,
          object: `${batchKind} ${id}`,
          ...(owner === undefined ? {} : { data: { owner } }),
        });
      });
      return { status: 202 };
    },
  });
}

/** Who asked for it; undefined: the caller. */
async function otherAsker(
  deps: RouteDeps,
  batch: Batch,
  { principal }: SignedInAsker,
): Promise<string | undefined> {
  return principalText(batch.principal) === principalText(principal) ? undefined : nameOfAsker(deps, batch);
}

async function nameOfAsker({ db, prefix }: RouteDeps, { principal }: Batch): Promise<string> {
  const text = principalText(principal);
  return (await principalNames(db.reader, [text], prefix())).get(text) ?? text;
}

async function answerStarted(deps: RouteDeps, id: number) {
  const batch = await findBatch(deps.db.reader, id);
  if (batch === undefined) throw new Error(`batch ${id} was not made`);
  return { status: 202, headers: { Location: `${path}/${id}` }, body: await shown(deps, batch) };
}

async function shown(deps: RouteDeps, batch: Batch) {
  const { db } = deps;
  const { id } = batch;
  const job = await findJob(db.reader, id);
  if (job === undefined) throw new AppError('NOT_FOUND', { message: `there is no batch ${id}` });
  const counts = await countItems(db.reader, id);
  const undoneBy = await findUndoing(db.reader, id);
  return batchView(batch, {
    job,
    askedBy: await nameOfAsker(deps, batch),
    counts,
    undoneBy,
    restorable: isLabelAction(batch.action)
      ? await countToUndo(db.reader, id)
      : await countRestorable(db.reader, id),
    now: await db.now(),
  });
}

function sliceOf(page: Page): { readonly offset: number; readonly limit: number } {
  return { offset: offsetOf(page), limit: page.size === 0 ? mostItems : page.size };
}
