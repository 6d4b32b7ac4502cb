import type { Asker } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import { whatWasRefused } from '../../lib/event-types.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { type AuditEvent, type AuditPlace, readEventPage } from './audit-event-store.ts';
import { auditPlacesOf, type GivenAuditFilter, parseAuditFilter } from './audit-filter.ts';
import { auditKindOf, auditNameOf, shownTypes } from './audit-kinds.ts';
import { countAuditRows } from './audit-store.ts';
import { type AuditDeps, countedTo } from './list-audit-log.ts';

export interface ListAuditEventsInput {
  readonly filter: GivenAuditFilter;
  readonly oldestFirst: boolean;
  /** What the page before said. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/**
 * One page of what the asker may see of the log, and where the next one begins.
 * @throws AppError BAD_REQUEST
 */
export async function listAuditEvents(
  deps: AuditDeps,
  asker: Asker,
  input: ListAuditEventsInput,
): Promise<{ readonly items: readonly AuditEvent[]; readonly next: string | undefined }> {
  const { limit, oldestFirst } = input;
  const rows = await readEventPage(deps.db.reader, {
    places: auditPlacesOf(asker),
    ...parseAuditFilter(input.filter),
    oldestFirst,
    behind: placeOf(input.after),
    limit: limit + 1,
    robotPrefix: deps.prefix(),
  });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    next: rows.length > limit && last !== undefined ? `${last.at}.${last.id}` : undefined,
  };
}

/**
 * How many rows match of what the asker may see; `more`: there are more than `total`, at which counting stops.
 * @throws AppError BAD_REQUEST
 */
export async function countAuditEvents(
  deps: AuditDeps,
  asker: Asker,
  filter: GivenAuditFilter,
): Promise<{ readonly total: number; readonly more: boolean }> {
  const rows = {
    places: auditPlacesOf(asker),
    ...parseAuditFilter(filter),
    robotPrefix: deps.prefix(),
  };
  const count = await countAuditRows(deps.db.reader, rows, countedTo);
  return { total: Math.min(count, countedTo), more: count > countedTo };
}

/** @throws AppError BAD_REQUEST */
function placeOf(after: string | undefined): AuditPlace | undefined {
  if (after === undefined) return undefined;
  const [, at, id] = /^(\d{1,15})\.(\d{1,15})$/.exec(after) ?? [];
  if (at === undefined || id === undefined)
    throw new AppError('BAD_REQUEST', { message: 'after has to be what the page before named' });
  return { at: Number(at), id: Number(id) };
}

const text = { type: 'string' } as const;

/** `before` and `after` have whatever fields changed. */
const fields = { type: 'object', additionalProperties: text } as const;

export const auditEventSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer', format: 'int64' },
    time: { type: 'string', format: 'date-time' },
    event: { type: 'string', enum: shownTypes },
    type: text,
    result: { type: 'string', enum: ['done', 'refused'] },
    actor: text,
    username: text,
    address: text,
    client: text,
    request_id: text,
    project_id: { type: 'integer', format: 'int64' },
    object: text,
    before: fields,
    after: fields,
  },
} as const;

/** A tag's events call the digest before `previous`. */
function fieldBefore(name: string): string | undefined {
  if (name === 'previous') return 'digest';
  return name.endsWith('Before') ? name.slice(0, -'Before'.length) : undefined;
}

export function auditEventView(event: AuditEvent): Readonly<Record<string, unknown>> {
  const kind = auditKindOf(event.type);
  const refused = whatWasRefused(event.type);
  return {
    id: event.id,
    time: apiTime(event.at),
    event: refused ?? event.type,
    type: kind === undefined ? '' : auditNameOf(kind),
    result: refused === undefined ? 'done' : 'refused',
    actor: event.actor,
    username: event.username,
    address: event.address,
    client: event.client,
    request_id: event.requestId,
    ...(event.projectId === null ? {} : { project_id: event.projectId }),
    object: event.object,
    before: fieldsOf(event, fieldBefore),
    after: fieldsOf(event, (name) => (fieldBefore(name) === undefined ? name : undefined)),
  };
}

function fieldsOf(
  { data }: AuditEvent,
  nameOf: (name: string) => string | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) => {
      const name = nameOf(key);
      return name === undefined || value === null ? [] : [[name, String(value)]];
    }),
  );
}
