import { setImmediate as nextTurn } from 'node:timers/promises';
import { naturalKey } from '../../../lib/text/natural-key.ts';
import type { Database } from '../../../platform/db/database.ts';
import type { PeriodicJob } from '../../../platform/jobs/periodic-jobs.ts';
import { pageWithoutOrder, putOrders } from './tag-order-writes.ts';

const everyMs = 60 * 60 * 1000;
/** One transaction for so many. */
const pageSize = 500;

/** Writes down what tags of older code are ordered by as versions. */
export function createTagOrder({ db }: { readonly db: Database }): PeriodicJob {
  return {
    name: 'tag-order',
    everyMs,
    atStart: true,
    run: async (signal) => {
      for (let after = 0; !signal.aborted; ) {
        const page = await pageWithoutOrder(db.reader, { after, count: pageSize });
        const last = page.at(-1);
        if (last === undefined) return;
        const orders = page.map(({ id, name }) => ({ id, order: naturalKey(name) }));
        // Lost in a power cut, it is found out once more.
        await db.transaction((tx) => putOrders(tx, orders), { durability: 'relaxed' });
        after = last.id;
        // A commit that waits for no disk ends in the same turn.
        await nextTurn();
      }
    },
  };
}
