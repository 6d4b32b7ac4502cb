import { setImmediate as turn } from 'node:timers/promises';
import type { Asker } from '../../access/rest-route.ts';
import { csvLine } from '../../lib/text/csv-line.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { type AuditEvent, readEventIds, readEvents } from './audit-event-store.ts';
import { auditPlacesOf, type GivenAuditFilter, parseAuditFilter } from './audit-filter.ts';
import { auditKindOf } from './audit-kinds.ts';
import type { AuditDeps } from './list-audit-log.ts';

export const exportForms = ['ndjson', 'csv'] as const;
export type ExportForm = (typeof exportForms)[number];

/** Ids that are looked at in one statement, which SQLite works at without a pause. */
const idsAtOnce = 1000;

/** In the order of CSV's columns. */
const columns = [
  'id',
  'time',
  'type',
  'operation',
  'resource_type',
  'actor',
  'username',
  'object',
  'resource',
  'project_id',
  'address',
  'client',
  'request_id',
] as const;

/**
 * The rows of the log that the asker may see and that the filter is about, in the order of their ids, as far as they are
 * there when it begins. Between two pieces nothing is held but the place.
 * @throws AppError BAD_REQUEST before the first piece
 */
export function exportAuditLog(
  { db, prefix }: AuditDeps,
  asker: Asker,
  input: {
    readonly filter: GivenAuditFilter;
    readonly form: ExportForm;
    readonly newestFirst: boolean;
    readonly limit?: number | undefined;
  },
): AsyncIterable<string> {
  const rows = { places: auditPlacesOf(asker), ...parseAuditFilter(input.filter), robotPrefix: prefix() };
  const { form, newestFirst, limit = Number.POSITIVE_INFINITY } = input;
  const line = form === 'csv' ? csvOf : jsonOf;
  async function* pieces(): AsyncGenerator<string> {
    if (form === 'csv') yield csvLine([...columns, 'data']);
    const all = await readEventIds(db.reader);
    if (all === undefined) return;
    const count = Math.ceil((all.to - all.from + 1) / idsAtOnce);
    let left = limit;
    for (let done = 0; done < count && left > 0; done += 1) {
      const from = all.from + (newestFirst ? count - 1 - done : done) * idsAtOnce;
      const to = Math.min(from + idsAtOnce - 1, all.to);
      // SQLite answers without leaving the turn of the event loop.
      await turn();
      const found = await readEvents(db.reader, { from, to }, rows);
      const taken = (newestFirst ? found.toReversed() : found).slice(0, left);
      left -= taken.length;
      if (taken.length > 0) yield taken.map(line).join('');
    }
  }
  return pieces();
}

function valuesOf(event: AuditEvent): Readonly<Record<(typeof columns)[number], string | number | null>> {
  const kind = auditKindOf(event.type);
  return {
    id: event.id,
    time: apiTime(event.at),
    type: event.type,
    operation: kind?.operation ?? '',
    resource_type: kind?.resourceType ?? '',
    actor: event.actor,
    username: event.username,
    object: event.recordedObject,
    resource: event.object,
    project_id: event.projectId,
    address: event.address,
    client: event.client,
    request_id: event.requestId,
  };
}

function csvOf(event: AuditEvent): string {
  const values = valuesOf(event);
  return csvLine([...columns.map((column) => values[column]), JSON.stringify(event.data)]);
}

function jsonOf(event: AuditEvent): string {
  return `${JSON.stringify({ ...valuesOf(event), data: event.data })}\n`;
}
