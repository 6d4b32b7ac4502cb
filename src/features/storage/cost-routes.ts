import { setImmediate as turn } from 'node:timers/promises';
import { principalNames } from '../../access/names/principal-name-reads.ts';
import { type Asker, type RestRoute, restRoute } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { monthOf } from '../../content/pulls/month-of.ts';
import {
  type MonthPage,
  type MonthRow,
  monthSortKeys,
  pageOfMonth,
} from '../../content/pulls/month-reads.ts';
import { AppError } from '../../lib/errors.ts';
import { csvLine } from '../../lib/text/csv-line.ts';
import type { Database } from '../../platform/db/database.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { costOf, type Prices } from './cost-of.ts';
import { csvAnswer, csvCell, formatParameter } from './csv-answer.ts';

export interface CostDeps {
  readonly db: Database;
  readonly settings: Settings;
  /** What stands before the names of robots now. */
  readonly prefix: () => string;
}

const rowsAtOnce = 1000;
const bytes = { type: 'integer', format: 'int64' } as const;
const sorts = monthSortKeys.flatMap((key) => [key, `-${key}`]);
const columns = [
  'month',
  'project',
  'project_id',
  'account',
  'pushed',
  'pulled',
  'stored_kib_hours',
  'cost',
  'currency',
] as const;

const monthSchema = {
  type: 'object',
  properties: {
    month: { type: 'string' },
    project: { type: 'string', description: 'Absent once it is deleted.' },
    project_id: bytes,
    account: { type: 'string', description: 'Absent in the row of what the project kept.' },
    pushed: { ...bytes, description: 'Bytes of blobs and manifests.' },
    pulled: bytes,
    stored_kib_hours: { ...bytes, description: 'KiB times hours, by the usage of the project.' },
    cost: { type: 'string', description: 'By the prices of now, to a millionth.' },
    currency: { type: 'string' },
  },
} as const;

export function costRoutes(deps: CostDeps): readonly RestRoute[] {
  return [
    restRoute.signedIn({
      method: 'GET',
      path: '/api/berth/v1/storage/cost',
      operationId: 'listStorageCost',
      tag: 'storage',
      summary:
        'What each account pushed and pulled in a month (UTC), what projects kept, and what it costs: where the caller may read the log.',
      needs: 'signed-in',
      parameters: {
        ...pageParameters,
        month: {
          in: 'query',
          description: 'As 2026-11; without it the current one.',
          schema: { type: 'string' },
        },
        project: { in: 'query', description: 'Of this project only.', schema: { type: 'string' } },
        sort: {
          in: 'query',
          description: 'A column, with - for descending.',
          schema: { type: 'string', enum: sorts, default: 'project' },
        },
        format: formatParameter,
      },
      answers: {
        200: {
          description: 'One page.',
          headers: ['X-Total-Count', 'Link'],
          otherMediaType: 'text/csv',
          schema: {
            type: 'array',
            items: monthSchema,
          },
        },
      },
      refusals: [400, 401],
      run: async (call, asker) => {
        const list = listOf(call.parameters, asker, await deps.db.now());
        if (call.parameters.format === 'csv')
          return csvAnswer(`cost-${monthText(list.month)}.csv`, csvOf(deps, list));
        const page = parsePage(call.parameters);
        const limit = page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size;
        const found = await pageOfMonth(deps.db.reader, { ...list, offset: offsetOf(page), limit });
        return pageAnswer(call, page, {
          items: await views(deps, list.month, found.rows),
          total: found.count,
        });
      },
    }),
  ];
}

type List = Omit<MonthPage, 'offset' | 'limit'>;

function listOf(
  given: { readonly month: string | undefined; readonly project: string | undefined; readonly sort: string },
  { grants, now }: Asker,
  at: number,
): List {
  return {
    month: given.month === undefined ? monthOf(at) : readMonth(given.month),
    visible: visibleTo(grants, 'log:list', now),
    project: given.project,
    sort: {
      key: monthSortKeys.find((key) => key === given.sort.replace(/^-/, '')) ?? 'project',
      descending: given.sort.startsWith('-'),
    },
  };
}

/** @throws AppError BAD_REQUEST */
function readMonth(text: string): number {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (year !== undefined && month !== undefined) return Number(year) * 100 + Number(month);
  throw new AppError('BAD_REQUEST', {
    message: `"${text.slice(0, 50)}" is no month`,
    detail: 'write it like 2026-11',
  });
}

const monthText = (month: number): string =>
  `${Math.floor(month / 100)}-${String(month % 100).padStart(2, '0')}`;

async function views(
  { db, settings, prefix }: CostDeps,
  month: number,
  rows: readonly MonthRow[],
): Promise<Readonly<Record<string, unknown>>[]> {
  const prices: Prices = {
    stored: settings.get('storage_price_stored'),
    pushed: settings.get('storage_price_pushed'),
    pulled: settings.get('storage_price_pulled'),
  };
  const currency = settings.get('storage_currency');
  const accounts = rows.flatMap(({ account }) => (account === '' ? [] : [account]));
  const names = await principalNames(db.reader, accounts, prefix());
  return rows.map((row) => ({
    month: monthText(month),
    ...(row.project === null ? {} : { project: row.project }),
    project_id: row.projectId,
    ...(row.account === '' ? {} : { account: names.get(row.account) ?? row.account }),
    pushed: row.pushedBytes,
    pulled: row.pulledBytes,
    stored_kib_hours: row.storedKibHours,
    cost: costOf(row, month, prices),
    ...(currency === '' ? {} : { currency }),
  }));
}

async function* csvOf(deps: CostDeps, list: List): AsyncGenerator<string> {
  yield csvLine(columns);
  for (let offset = 0; ; offset += rowsAtOnce) {
    const { rows } = await pageOfMonth(deps.db.reader, { ...list, offset, limit: rowsAtOnce });
    const lines = (await views(deps, list.month, rows)).map((cells) =>
      csvLine(columns.map((column) => csvCell(cells[column]))),
    );
    if (lines.length > 0) yield lines.join('');
    if (rows.length < rowsAtOnce) return;
    await turn();
  }
}
