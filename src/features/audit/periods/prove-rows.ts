import type { MasterKey } from '../../../platform/crypto/master-key.ts';
import type { Database } from '../../../platform/db/database.ts';
import { hashEvents, noHash } from './hash-events.ts';
import type { SealedPeriod, WholeEvent } from './period-store.ts';
import { type Removing, readRemainders, type SealedRemainder } from './remainder-store.ts';
import { remainderSealOf } from './seal.ts';

interface Deps {
  readonly db: Database;
  readonly masterKey: MasterKey;
}

export interface ProvedRows {
  readonly fault: 'rows' | 'seal' | undefined;
  /** That are there now. */
  readonly rows: number;
  readonly purgedRows: number;
  readonly remainder: SealedRemainder | undefined;
}

/** Whether the rows of a closed period are what was closed, less what purges have removed. */
export async function proveRows(
  { db, masterKey }: Deps,
  { period, previous = noHash }: { readonly period: SealedPeriod; readonly previous: string | undefined },
  signal: AbortSignal,
): Promise<ProvedRows> {
  const { number, afterId: after, toId: to } = period;
  const range = { after, to, limit: period.rows + 1 };
  const find = async () => (await readRemainders(db.reader, { from: number, to: number })).get(number);
  for (let remainder = await find(); ; ) {
    const found =
      remainder === undefined
        ? await hashEvents(db.reader, { ...range, previous }, signal)
        : await hashEvents(
            db.reader,
            { ...range, previous: period.hash },
            signal,
            isRemoved(remainder.removing),
          );
    const { rows } = found;
    const fault = faultOf(found, { masterKey, period, remainder });
    if (fault === undefined) return { fault, rows, purgedRows: remainder?.removed ?? 0, remainder };
    const again = await find();
    // A purge that came in between is no fault.
    if (again?.seal === remainder?.seal)
      return { fault, rows, purgedRows: remainder?.removed ?? 0, remainder };
    remainder = again;
  }
}

export function isRemoved(removing: Removing): (row: WholeEvent) => boolean {
  return ({ type, at }) => Object.hasOwn(removing, type) && at < (removing[type] ?? 0);
}

function faultOf(
  now: { readonly rows: number; readonly hash: string },
  of: {
    readonly masterKey: MasterKey;
    readonly period: SealedPeriod;
    readonly remainder: SealedRemainder | undefined;
  },
): ProvedRows['fault'] {
  const { masterKey, period, remainder } = of;
  if (remainder === undefined) return now.hash === period.hash ? undefined : 'rows';
  if (remainder.seal !== remainderSealOf(masterKey, remainder)) return 'seal';
  if (remainder.rows + remainder.removed !== period.rows) return 'seal';
  return now.hash === remainder.hash && now.rows === remainder.rows ? undefined : 'rows';
}
