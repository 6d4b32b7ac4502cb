import type { MasterKey } from '../../../platform/crypto/master-key.ts';
import type { Database } from '../../../platform/db/database.ts';
import { countEventsAfter, readHead, readPeriods, type SealedPeriod } from './period-store.ts';
import { type ProvedRows, proveRows } from './prove-rows.ts';
import { headSealOf, sealOf } from './seal.ts';

/**
 * `rows`: events were changed, removed or added. `seal`: the period itself was changed, or has another master key.
 * `gap`: periods before it are missing, or it does not begin where the one before ends. `end`: periods at the end are
 * missing, or the row that counts them is. `known`: the chain is not the one that the caller knows of.
 */
export type AuditFault = 'rows' | 'seal' | 'gap' | 'end' | 'known';

export interface BrokenPeriod {
  readonly fault: AuditFault;
  readonly number: number;
  /** Of events; 0 where there is none to name. */
  readonly fromId: number;
  readonly toId: number;
  readonly closedAt: number;
  /** Less what purges have removed. */
  readonly rowsThen: number;
  readonly rowsNow: number;
}

export interface AuditProof {
  readonly periods: number;
  readonly rows: number;
  /** Of the periods, by purges. */
  readonly purgedRows: number;
  /** Newer than the last period: they are not proved yet. */
  readonly openRows: number;
  readonly last: { readonly number: number; readonly hash: string; readonly toId: number } | undefined;
  readonly brokenCount: number;
  /** The first ones. */
  readonly broken: readonly BrokenPeriod[];
}

export interface AuditCheck {
  /** A period that the caller knows the hash of from elsewhere. */
  readonly known?: { readonly number: number; readonly hash: string } | undefined;
  readonly onProgress: (progress: AuditProgress) => void;
  readonly signal: AbortSignal;
}

export interface AuditProgress {
  readonly periods: number;
  readonly rows: number;
}

interface Deps {
  readonly db: Database;
  readonly masterKey: MasterKey;
}

const periodsAtOnce = 100;
const mostNamed = 100;

/** Reads all events that are in closed periods, and compares. Changes nothing. */
export async function verifyAuditLog({ db, masterKey }: Deps, check: AuditCheck): Promise<AuditProof> {
  const { known, onProgress, signal } = check;
  const broken: BrokenPeriod[] = [];
  let brokenCount = 0;
  const tell = (...found: readonly BrokenPeriod[]): void => {
    brokenCount += found.length;
    broken.push(...found.slice(0, mostNamed - broken.length));
  };
  let [periods, rows, purgedRows] = [0, 0, 0];
  let last: SealedPeriod | undefined;
  for (;;) {
    const some = await readPeriods(db.reader, last?.number ?? 0, periodsAtOnce);
    if (some.length === 0) break;
    for (const period of some) {
      const { number, afterId: after } = period;
      const now = await proveRows({ db, masterKey }, { period, previous: last?.hash }, signal);
      const follows = number === (last?.number ?? 0) + 1 && after === (last?.toId ?? 0);
      const fault = !follows ? 'gap' : period.seal === sealOf(masterKey, period) ? now.fault : 'seal';
      if (fault !== undefined) tell(brokenOf(fault, period, now));
      if (known?.number === number && known.hash !== period.hash) tell(brokenOf('known', period, now));
      periods += 1;
      rows += now.rows;
      purgedRows += now.purgedRows;
      last = period;
      onProgress({ periods, rows });
    }
  }
  const head = await readHead(db.reader);
  const number = last?.number ?? 0;
  const isWhole =
    head === undefined ? number === 0 : head.number === number && head.seal === headSealOf(masterKey, number);
  // One that was closed while this read is no fault: then the row counts more than was read, and is sealed for it.
  if (!isWhole && !(await hasGrown({ db, masterKey }, number, head)))
    tell(nowhere('end', head?.number ?? number, last));
  if (known !== undefined && known.number > number) tell(nowhere('known', known.number, last));
  const end = last === undefined ? undefined : { number, hash: last.hash, toId: last.toId };
  const openRows = await countEventsAfter(db.reader, last?.toId ?? 0);
  return { periods, rows, purgedRows, openRows, last: end, brokenCount, broken };
}

async function hasGrown(
  { db, masterKey }: Deps,
  read: number,
  head: { readonly number: number; readonly seal: string } | undefined,
): Promise<boolean> {
  if (head === undefined || head.number <= read || head.seal !== headSealOf(masterKey, head.number))
    return false;
  const newer = await readPeriods(db.reader, read, head.number - read);
  return newer.length === head.number - read;
}

function brokenOf(fault: AuditFault, period: SealedPeriod, now: ProvedRows): BrokenPeriod {
  const { number, afterId, toId, closedAt } = period;
  const [rowsThen, rowsNow] = [period.rows - now.purgedRows, now.rows];
  return { fault, number, fromId: afterId + 1, toId, closedAt, rowsThen, rowsNow };
}

function nowhere(fault: AuditFault, number: number, last: SealedPeriod | undefined): BrokenPeriod {
  return { fault, number, fromId: (last?.toId ?? 0) + 1, toId: 0, closedAt: 0, rowsThen: 0, rowsNow: 0 };
}
