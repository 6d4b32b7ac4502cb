import { sql } from 'kysely';
import type { ListCondition, SortKey } from '../../lib/list-condition.ts';
import type { Queries } from '../../platform/db/database.ts';
import { contains, listOrder, listWhere } from '../../platform/db/list-where.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly color: string;
  /** Null: of the whole system. */
  readonly projectId: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const selected = [
  'label.id',
  'label.name',
  'label.description',
  'label.color',
  'label.project_id as projectId',
  'label.created_at as createdAt',
  'label.updated_at as updatedAt',
] as const;

const byId = prepare((db, values: { id: number }) =>
  db
    .selectFrom('label')
    .leftJoin('live_project', 'live_project.id', 'label.project_id')
    .select(selected)
    .where('label.id', '=', values.id)
    .where((where) =>
      where.or([where('label.project_id', 'is', null), where('live_project.id', 'is not', null)]),
    ),
);

/** Undefined also for one of a project that was deleted. */
export function findLabel(db: Queries, id: number): Promise<Label | undefined> {
  return db.first(byId, { id });
}

/** What a list of labels is filtered and sorted by, under Harbor's names. */
export const labelColumns = {
  id: 'integer',
  name: 'text',
  description: 'text',
  color: 'text',
  creation_time: 'time',
  update_time: 'time',
} as const;

export type LabelColumn = keyof typeof labelColumns;

const places = {
  id: 'label.id',
  name: 'label.name',
  description: 'label.description',
  color: 'label.color',
  creation_time: 'label.created_at',
  update_time: 'label.updated_at',
} as const;

export interface LabelPage {
  /** 0: those of the whole system. */
  readonly projectId: number;
  /** A part of the name. */
  readonly part?: string;
  readonly conditions: readonly ListCondition<LabelColumn>[];
  readonly sort: readonly SortKey<LabelColumn>[];
  readonly offset: number;
  readonly limit: number;
}

/** A page of the labels of one place, and how many there are in all. */
export async function pageOfLabels(db: Queries, input: LabelPage): Promise<{ rows: Label[]; count: number }> {
  const { part, conditions, sort } = input;
  const matching = db.builder
    .selectFrom('label')
    // As the unique index has it.
    .where(sql<number>`coalesce(label.project_id, 0)`, '=', input.projectId)
    .where(part === undefined ? sql<boolean>`1 = 1` : contains('label.name', part))
    .where(listWhere(conditions, places, db.dialect));
  const counted = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await matching
    .select(selected)
    .orderBy(listOrder(sort, places, { place: 'label.id', descending: sort.at(-1)?.descending ?? false }))
    .offset(input.offset)
    .limit(input.limit)
    .execute();
  return { rows, count: Number(counted.count) };
}
