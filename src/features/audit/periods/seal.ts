import type { MasterKey } from '../../../platform/crypto/master-key.ts';
import type { Period } from './period-store.ts';

/** Whoever can write to the database, but has not the master key, cannot make these. */
export function sealOf(masterKey: MasterKey, period: Period): string {
  const { number, afterId, toId, rows, hash, closedAt } = period;
  return masterKey.sealOf(JSON.stringify([number, afterId, toId, rows, hash, closedAt]), 'audit-period');
}

export function headSealOf(masterKey: MasterKey, number: number): string {
  return masterKey.sealOf(String(number), 'audit-head');
}
