import type { Asker } from '../../access/rest-route.ts';
import { whatWasRefused } from '../../lib/event-types.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { offsetOf, type Page } from '../../platform/http/api/page.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';
import { auditPlacesOf, parseAuditFilter } from './audit-filter.ts';
import { auditKindOf } from './audit-kinds.ts';
import { type AuditRow, readAuditLog } from './audit-store.ts';

/** A log of millions of rows is neither counted nor given out in one piece beyond this. */
export const countedTo = 10_000;

export interface ListAuditLogInput {
  readonly page: Page;
  readonly q: string | undefined;
  readonly sort: string | undefined;
}

export interface AuditList {
  readonly items: readonly AuditRow[];
  readonly total: number;
  /** There are more than `total`. */
  readonly more: boolean;
}

export interface AuditDeps {
  readonly db: Database;
  /** What stands before the names of robots now. */
  readonly prefix: () => string;
}

/** What the asker may see of the log: all of it, or that of the projects whose log they may read. */
export async function listAuditLog(
  deps: AuditDeps,
  asker: Asker,
  input: ListAuditLogInput & { readonly projectId?: number },
): Promise<AuditList> {
  const { page, projectId } = input;
  const oldestFirst = parseSort(input.sort, ['op_time'], { key: 'op_time', descending: true }).some(
    ({ descending }) => !descending,
  );
  const { rows, count } = await readAuditLog(deps.db.reader, {
    places: projectId === undefined ? auditPlacesOf(asker) : { kind: 'some', projectIds: [projectId] },
    ...parseAuditFilter({ q: input.q }),
    oldestFirst,
    offset: offsetOf(page),
    limit: page.size === 0 ? countedTo : page.size,
    countTo: countedTo,
    robotPrefix: deps.prefix(),
  });
  return { items: rows, total: Math.min(count, countedTo), more: count > countedTo };
}

const rowProperties = {
  id: { type: 'integer', format: 'int64' },
  username: { type: 'string' },
  resource: { type: 'string' },
  resource_type: { type: 'string' },
  operation: { type: 'string' },
  op_time: { type: 'string', format: 'date-time' },
} as const;

export const auditLogSchema = { type: 'object', properties: rowProperties } as const;

export const auditLogExtSchema = {
  type: 'object',
  properties: {
    ...rowProperties,
    operation_description: { type: 'string' },
    operation_result: { type: 'boolean' },
  },
} as const;

/** A row of the older log of Harbor. */
export function auditLogView(row: AuditRow): Readonly<Record<string, unknown>> {
  const kind = auditKindOf(row.type);
  return {
    id: row.id,
    username: row.username,
    resource: resourceOf(row),
    resource_type: kind?.resourceType ?? '',
    operation: kind?.operation ?? '',
    op_time: apiTime(row.at),
  };
}

export function auditLogExtView(row: AuditRow): Readonly<Record<string, unknown>> {
  return {
    ...auditLogView(row),
    operation_description: auditDescriptionOf(row),
    operation_result: whatWasRefused(row.type) === undefined,
  };
}

/** In one sentence what was done, or refused. */
export function auditDescriptionOf(row: Pick<AuditRow, 'type' | 'object' | 'data'>): string {
  return `${auditKindOf(row.type)?.description ?? row.type}: ${row.object}${detailOf(row)}`;
}

/** A push is called by its tag, as Harbor calls it. */
function resourceOf({ type, object, data }: AuditRow): string {
  const tag = type === 'artifact.pushed' || type === 'artifact.pulled' ? data['tag'] : undefined;
  return typeof tag === 'string'
    ? `${object.slice(0, object.indexOf('@'))}:${tag.split(',')[0] ?? ''}`
    : object;
}

function detailOf({ type, data }: Pick<AuditRow, 'type' | 'data'>): string {
  const { role, group, username, reason, count } = data;
  if (whatWasRefused(type) !== undefined) return `, refused: ${String(reason)}, ${times(count)}`;
  if (type === 'artifact.pulled') return count === 1 ? '' : `, ${times(count)}`;
  if (!['role.granted', 'role.changed', 'role.revoked'].includes(type)) return '';
  return `, ${String(role)} of ${typeof group === 'string' ? `the group ${group}` : String(username)}`;
}

function times(count: string | number | null | undefined): string {
  return count === 1 ? 'once' : `${String(count)} times`;
}
