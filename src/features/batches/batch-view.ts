import type { Because } from '../../lib/because.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { becauseSchema } from '../../platform/http/api/open-api-document.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import type { JobRow } from '../../platform/jobs/rows/job-reads.ts';
import { jobStatuses, statusOf } from '../../platform/jobs/rows/job-status.ts';
import { type Batch, batchActions, type Estimate, type Item } from './batch.ts';
import { type Counts, type ItemRow, outcomes } from './item-store.ts';

type View = Readonly<Record<string, unknown>>;

const text = { type: 'string' } as const;
const number = { type: 'integer', format: 'int64' } as const;
const time = { type: 'string', format: 'date-time' } as const;

export const whys = [
  'no right',
  'immutable',
  'protected',
  'in use',
  'changed',
  'in the way',
  'unchanged',
  'other',
] as const;

export const batchSchema = {
  type: 'object',
  properties: {
    id: { ...number, description: 'That of its job.' },
    action: { ...text, enum: batchActions },
    place: {
      ...text,
      description: 'Where, as it was called when it was asked for; absent: wherever the things are.',
    },
    asked_by: { ...text, description: 'The name of the user or robot with whose rights it is done.' },
    label: { ...text, description: 'What is put or taken, as it was called when it was asked for.' },
    status: { ...text, enum: jobStatuses },
    status_message: text,
    stopping: { type: 'boolean', description: 'It was cancelled and has not ended yet.' },
    total: number,
    done: number,
    refused: { ...number, description: 'They stay as they were; the items tell why.' },
    gone: { ...number, description: 'They were not there any more.' },
    waiting: { ...number, description: 'Of one that was cancelled: what was left as it was.' },
    bytes: { ...number, description: 'By which the usage of the project fell, or grew by a restore.' },
    undoes: { ...number, description: 'The batch that it takes back.' },
    undone_by: { ...number, description: 'The newest batch that takes this one back.' },
    restorable: {
      ...number,
      description:
        'How much can be taken back: of what it deleted, what is still in the trash; of what it labelled, what no other batch takes back.',
    },
    creation_time: time,
    end_time: time,
  },
} as const satisfies ObjectSchema;

export function batchView(
  { id, action, place, undoes, label }: Batch,
  of: {
    readonly job: JobRow;
    readonly askedBy: string;
    readonly counts: Counts;
    readonly undoneBy: number | undefined;
    readonly restorable: number;
    readonly now: number;
  },
): View {
  const { job, askedBy, counts, undoneBy, restorable, now } = of;
  const status = statusOf(job, now);
  return {
    id,
    action,
    ...(place === '' ? {} : { place }),
    asked_by: askedBy,
    ...(label === undefined ? {} : { label: label.name }),
    status,
    ...(job.message === '' ? {} : { status_message: job.message }),
    ...(status === 'Running' && job.stopAsked !== 0 ? { stopping: true } : {}),
    total: counts.total,
    done: counts.of('done'),
    refused: counts.of('refused'),
    gone: counts.of('gone'),
    waiting: counts.of('waiting'),
    bytes: counts.bytes,
    ...(undoes === null ? {} : { undoes }),
    ...(undoneBy === undefined ? {} : { undone_by: undoneBy }),
    restorable,
    creation_time: apiTime(job.createdAt),
    ...(job.endedAt === null ? {} : { end_time: apiTime(job.endedAt) }),
  };
}

export const itemSchema = {
  type: 'object',
  properties: {
    no: { ...number, description: 'Its place in the batch, from 1.' },
    name: text,
    outcome: { ...text, enum: outcomes },
    why: { ...text, enum: whys, description: 'Of what was refused.' },
    reason: { ...text, description: 'Of what was refused, in a sentence.' },
    because: becauseSchema,
    bytes: number,
  },
} as const satisfies ObjectSchema;

export function itemView({ no, name, outcome, code, reason, because, bytes }: ItemRow): View {
  return {
    no,
    name,
    outcome,
    ...(outcome === 'refused' ? { why: code, reason } : {}),
    ...(because === null ? {} : { because: JSON.parse(because) as Because }),
    ...(bytes === null ? {} : { bytes }),
  };
}

export const estimateSchema = {
  type: 'object',
  properties: {
    total: { ...number, description: 'How many things match, or were named and are there.' },
    going: { ...number, description: 'How many of them would be deleted, restored or labelled.' },
    names: { type: 'array', description: 'Some of those.', items: text },
    tags: { ...number, description: 'Tags that would go.' },
    artifacts: {
      ...number,
      description: 'Artifacts that would go, with accessories and children, or be labelled.',
    },
    bytes: { ...number, description: 'By which the usage of the project would fall, or grow by a restore.' },
    needed: {
      type: 'array',
      description: 'Of a restore: some of what else in the trash comes back, since they need it.',
      items: text,
    },
    needed_count: { ...number, description: 'How many of those there are.' },
    staying: {
      type: 'array',
      description: 'How many would stay as they are, by the reason.',
      items: { type: 'object', properties: { why: { ...text, enum: whys }, count: number } },
    },
    examples: {
      type: 'array',
      description: 'Some of those that would stay.',
      items: {
        type: 'object',
        properties: { name: text, why: { ...text, enum: whys }, reason: text, because: becauseSchema },
      },
    },
  },
} as const satisfies ObjectSchema;

const shownExamples = 20;
const shownNames = 10;

export function estimateView(
  found: readonly Item[],
  { staying, tags, artifacts, bytes, needed = [] }: Estimate,
): View {
  const all = [...staying];
  const byWhy = Map.groupBy(all, ([, { why }]) => why);
  return {
    total: found.length,
    going: found.length - staying.size,
    names: namesGoing(found, staying),
    tags,
    artifacts,
    bytes,
    ...(needed.length === 0 ? {} : { needed: needed.slice(0, shownExamples), needed_count: needed.length }),
    staying: [...byWhy].map(([why, those]) => ({ why, count: those.length })),
    examples: all.slice(0, shownExamples).map(([name, refusal]) => ({ name, ...refusal })),
  };
}

/** The first of those that do not stay. */
function namesGoing(found: readonly Item[], staying: Estimate['staying']): readonly string[] {
  const names: string[] = [];
  for (const { name } of found) {
    if (names.length === shownNames) break;
    if (!staying.has(name)) names.push(name);
  }
  return names;
}
