import type { MasterKey } from '../../../platform/crypto/master-key.ts';
import type { Period } from './period-store.ts';
import type { Remainder } from './remainder-store.ts';

/** Whoever can write to the database, but has not the master key, cannot make these. */
export function sealOf(masterKey: MasterKey, period: Period): string {
  const { number, afterId, toId, rows, hash, closedAt } = period;
  return masterKey.sealOf(JSON.stringify([number, afterId, toId, rows, hash, closedAt]), 'audit-period');
}

export function headSealOf(masterKey: MasterKey, number: number): string {
  return masterKey.sealOf(String(number), 'audit-head');
}

export function remainderSealOf(masterKey: MasterKey, remainder: Remainder): string {
  const { number, rows, removed, hash, held, removing } = remainder;
  const sorted = (values: object): unknown => Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([number, rows, removed, hash, sorted(held), sorted(removing)]);
  return masterKey.sealOf(text, 'audit-remainder');
}
