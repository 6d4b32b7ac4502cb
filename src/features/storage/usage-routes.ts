import { setImmediate as turn } from 'node:timers/promises';
import { type Asker, type RestRoute, restRoute } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import {
  countFigures,
  type FigureKind,
  type FigurePage,
  type FigureRow,
  figureKinds,
  figureSortKeys,
  pageOfFigures,
  type StorageTotal,
  storageTotal,
} from '../../content/figures/figure-reads.ts';
import { AppError } from '../../lib/errors.ts';
import { csvLine } from '../../lib/text/csv-line.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { csvAnswer, csvCell, formatParameter } from './csv-answer.ts';

const path = '/api/berth/v1/storage/usage';
const tag = 'storage';
/** Beyond it a total says that there are more. */
const countedTo = 10_000;
const rowsAtOnce = 1000;

const bytes = { type: 'integer', format: 'int64' } as const;
const asOf = {
  type: 'string',
  format: 'date-time',
  description: 'What was there then is counted; what came later may be.',
} as const;

const figureSchema = {
  type: 'object',
  properties: {
    project: { type: 'string' },
    repository: { type: 'string', description: 'With its project.' },
    tag: { type: 'string' },
    logical: { ...bytes, description: 'Bytes of all that it refers to, each blob once.' },
    unique: { ...bytes, description: 'Of them what nothing else needs: its removal gives it back.' },
    shared: { ...bytes, description: 'The others.' },
    trash: { ...bytes, description: 'What only its trash needs; of projects and repositories.' },
    untagged: {
      ...bytes,
      description: 'What goes with all artifacts that no tag and nothing else holds; of repositories.',
    },
    as_of: asOf,
  },
} as const;

/** Where the figures of a kind are seen: who sees the thing, sees what it takes up. */
const permissionOf = { project: 'project:read', repository: 'repository:list', tag: 'tag:list' } as const;

const sorts = figureSortKeys.flatMap((key) => [key, `-${key}`]);

export function usageRoutes({ db }: { readonly db: Database }): readonly RestRoute[] {
  return [listRoute(db), totalRoute(db)];
}

function listRoute(db: Database): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path,
    operationId: 'listStorageUsage',
    tag,
    summary: 'What projects, repositories or tags take up, of what the caller sees, as it was counted last.',
    needs: 'signed-in',
    parameters: {
      ...pageParameters,
      by: {
        in: 'query',
        description: 'What the rows are.',
        schema: { type: 'string', enum: figureKinds, default: 'project' },
      },
      project: { in: 'query', description: 'Of this project only.', schema: { type: 'string' } },
      repository: {
        in: 'query',
        description: 'Of this repository only, with its project.',
        schema: { type: 'string' },
      },
      sort: {
        in: 'query',
        description: 'A column, with - for descending.',
        schema: { type: 'string', enum: sorts, default: '-unique' },
      },
      format: formatParameter,
    },
    answers: {
      200: {
        description: 'One page.',
        headers: ['X-Total-Count', 'X-Total-Count-Relation', 'Link'],
        otherMediaType: 'text/csv',
        schema: { type: 'array', items: figureSchema },
      },
    },
    refusals: [400, 401],
    run: async (call, asker) => {
      const given = call.parameters;
      const total = await storageTotal(db.reader);
      const list = listOf(given, asker);
      if (given.format === 'csv') return csvAnswer(`storage-${list.kind}.csv`, csvOf(db, list, total));
      const page = parsePage(given);
      const limit = page.size === 0 ? countedTo : page.size;
      const rows =
        total === undefined ? [] : await pageOfFigures(db.reader, { ...list, offset: offsetOf(page), limit });
      const count = total === undefined ? 0 : await countFigures(db.reader, list, countedTo + 1);
      return pageAnswer(call, page, {
        items: rows.map((row) => view(row, total)),
        total: Math.min(count, countedTo),
        more: count > countedTo,
      });
    },
  });
}

type List = Omit<FigurePage, 'offset' | 'limit'>;

/** @throws AppError BAD_REQUEST */
function listOf(
  given: {
    readonly by: string;
    readonly project: string | undefined;
    readonly repository: string | undefined;
    readonly sort: string;
  },
  { grants, now }: Asker,
): List {
  const kind: FigureKind = figureKinds.find((each) => each === given.by) ?? 'project';
  const key = figureSortKeys.find((each) => each === given.sort.replace(/^-/, '')) ?? 'unique';
  if (kind === 'project' && given.repository !== undefined)
    throw new AppError('BAD_REQUEST', {
      message: 'projects are not listed by repository',
      detail: 'leave repository out, or ask with by=repository or by=tag',
    });
  return {
    kind,
    visible: visibleTo(grants, permissionOf[kind], now),
    project: given.project,
    repository: given.repository,
    sort: { key, descending: given.sort.startsWith('-') },
  };
}

function view(row: FigureRow, total: StorageTotal | undefined): Readonly<Record<string, unknown>> {
  const { project, repository, tag: name, logicalBytes, uniqueBytes, sharedBytes } = row;
  return {
    project,
    ...(repository === undefined ? {} : { repository }),
    ...(name === undefined ? {} : { tag: name }),
    logical: logicalBytes,
    unique: uniqueBytes,
    shared: sharedBytes,
    ...(row.trashBytes === undefined ? {} : { trash: row.trashBytes }),
    ...(row.untaggedBytes === undefined ? {} : { untagged: row.untaggedBytes }),
    as_of: apiTime(total?.beganAt ?? 0),
  };
}

const columnsOf = {
  project: ['project', 'logical', 'unique', 'shared', 'trash', 'as_of'],
  repository: ['project', 'repository', 'logical', 'unique', 'shared', 'trash', 'untagged', 'as_of'],
  tag: ['project', 'repository', 'tag', 'logical', 'unique', 'shared', 'as_of'],
} as const;

async function* csvOf(db: Database, list: List, total: StorageTotal | undefined): AsyncGenerator<string> {
  const columns = columnsOf[list.kind];
  yield csvLine(columns);
  if (total === undefined) return;
  for (let offset = 0; ; offset += rowsAtOnce) {
    const rows = await pageOfFigures(db.reader, { ...list, offset, limit: rowsAtOnce });
    const lines = rows.map((row) => {
      const cells = view(row, total);
      return csvLine(columns.map((column) => csvCell(cells[column])));
    });
    if (lines.length > 0) yield lines.join('');
    if (rows.length < rowsAtOnce) return;
    await turn();
  }
}

function totalRoute(db: Database): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: `${path}/total`,
    operationId: 'getStorageTotal',
    tag,
    summary: 'What is stored in all, each blob once, as it was counted last.',
    needs: 'system',
    permission: 'system-volumes:read',
    parameters: {},
    answers: {
      200: {
        description: 'The figures; none before the first count.',
        schema: {
          type: 'object',
          properties: {
            stored: { ...bytes, description: 'All of it: the three figures that follow.' },
            live: { ...bytes, description: 'What something in a repository needs.' },
            trash: { ...bytes, description: 'What only the trash needs.' },
            unreferenced: { ...bytes, description: 'What nothing needs: the garbage collection takes it.' },
            as_of: asOf,
          },
        },
      },
    },
    refusals: [401, 403],
    run: async () => {
      const total = await storageTotal(db.reader);
      if (total === undefined) return { status: 200, body: {} };
      const { logicalBytes: live, trashBytes: trash, unreferencedBytes: unreferenced } = total;
      const stored = live + trash + unreferenced;
      return { status: 200, body: { stored, live, trash, unreferenced, as_of: apiTime(total.beganAt) } };
    },
  });
}
