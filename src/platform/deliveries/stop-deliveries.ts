import type { Tx } from '../db/database.ts';
import { stopWaiting } from './delivery-writes.ts';

/** What waits for a webhook is not sent any more; what is just on its way may still arrive. */
export async function stopDeliveries(
  tx: Tx,
  { webhookId, now }: { readonly webhookId: number; readonly now: number },
): Promise<void> {
  await stopWaiting(tx, { webhookId, now, problem: 'the webhook was switched off' });
}
