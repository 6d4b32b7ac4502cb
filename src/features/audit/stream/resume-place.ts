import type { Asker } from '../../../access/rest-route.ts';
import type { Database } from '../../../platform/db/database.ts';
import { auditPlacesOf } from '../audit-filter.ts';
import { recordedTypes } from '../audit-kinds.ts';
import { whereOf } from '../audit-store.ts';

/** What is older is read from the audit log. */
const resumableMs = 24 * 3600_000;
const resumableIds = 100_000;

export type ResumePlace = { readonly place: number } | { readonly reset: 'unknown' | 'too_old' };

/**
 * Where somebody goes on who was told of that event last. One that was purged, that is of another database or that the
 * asker may not see (any more) is unknown: the same answer, which tells nothing of what else there is.
 * @param text as the client has it
 * @param settled the newest id that the feed has told
 */
export async function resumePlace(
  { db }: { readonly db: Database },
  asker: Asker,
  { text, settled }: { readonly text: string; readonly settled: number },
): Promise<ResumePlace> {
  const id = Number(text);
  if (!/^\d{1,15}$/.test(text)) return { reset: 'unknown' };
  const rows = { places: auditPlacesOf(asker), types: recordedTypes, conditions: [], robotPrefix: '' };
  if (rows.places.kind === 'some' && rows.places.projectIds.length === 0) return { reset: 'unknown' };
  const row = await db.reader.builder
    .selectFrom('event')
    .select('at')
    .where('id', '=', id)
    .where(whereOf(db.reader, rows))
    .executeTakeFirst();
  if (row === undefined) return { reset: 'unknown' };
  const isOld = row.at < (await db.now()) - resumableMs || id < settled - resumableIds;
  return isOld ? { reset: 'too_old' } : { place: id };
}
