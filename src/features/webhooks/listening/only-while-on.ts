import type { Queries } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';

const key = 'notification_enable';

const stored = prepare((db, values: { name: string }) =>
  db.selectFrom('setting').select('value').where('name', '=', values.name),
);

const switches = prepare((db, values: { after: number; like: string }) =>
  db
    .selectFrom('event')
    .select(['id', 'data'])
    .where('id', '>', values.after)
    .where('type', '=', 'configuration.updated')
    .where('data', 'like', values.like)
    .orderBy('id'),
);

/**
 * Those of these events, in the order of their ids, that happened while webhooks were on: what happens while they are off
 * is not told later, and what happened before is, whenever it is looked at.
 * @param byDefault while nobody has switched them
 */
export async function onlyWhileOn<E extends { readonly id: number }>(
  db: Queries,
  events: readonly E[],
  byDefault: boolean,
): Promise<readonly E[]> {
  const after = events[0]?.id;
  if (after === undefined) return events;
  // Before the switches: one that comes in between says what was before it.
  const now = (await db.first(stored, { name: key }))?.value;
  const found = (await db.all(switches, { after, like: `%"${key}":%` })).map(({ id, data }) => ({
    id,
    data: JSON.parse(data) as Readonly<Record<string, unknown>>,
  }));
  let on =
    found[0] === undefined ? (now ?? String(byDefault)) === 'true' : found[0].data[`${key}Before`] === 1;
  const told: E[] = [];
  let next = 0;
  for (const event of events) {
    for (let each = found[next]; each !== undefined && each.id < event.id; each = found[next]) {
      on = each.data[key] === 1;
      next += 1;
    }
    if (on) told.push(event);
  }
  return told;
}
