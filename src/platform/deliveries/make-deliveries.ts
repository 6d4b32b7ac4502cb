import assert from 'node:assert/strict';
import type { Tx } from '../db/database.ts';
import { deliveriesOfEvent } from './delivery-reads.ts';
import type { NewDelivery } from './delivery-source.ts';
import { addDeliveries } from './delivery-writes.ts';

/** Deliveries that somebody asked for, of the event that tells so. Returns their ids. */
export async function makeDeliveries(
  tx: Tx,
  rows: readonly NewDelivery[],
  now: number,
): Promise<readonly number[]> {
  const [first] = rows;
  assert(first !== undefined);
  await addDeliveries(tx, rows, now);
  return deliveriesOfEvent(tx, first.eventId);
}
