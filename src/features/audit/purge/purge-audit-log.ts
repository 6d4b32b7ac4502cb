import { setImmediate as turn } from 'node:timers/promises';
import type { MasterKey } from '../../../platform/crypto/master-key.ts';
import type { Database } from '../../../platform/db/database.ts';
import { recordedTypes } from '../audit-kinds.ts';
import { EventHash, wholeEvents } from '../periods/hash-events.ts';
import { readPeriods, type SealedPeriod } from '../periods/period-store.ts';
import { isRemoved, type ProvedRows, proveRows } from '../periods/prove-rows.ts';
import {
  type Held,
  type Remainder,
  readRemainders,
  replaceRemainder,
  type SealedRemainder,
} from '../periods/remainder-store.ts';
import { remainderSealOf } from '../periods/seal.ts';
import type { PurgeRule } from './purge-parameters.ts';
import { countPeriods, firstTimesOf, hasWaitingDelivery, removeEvents } from './purge-store.ts';

export interface PurgeDeps {
  readonly db: Database;
  readonly masterKey: MasterKey;
}

export interface Purge {
  readonly rule: PurgeRule;
  /** Later events wait for somebody who reads the log. */
  readonly upToId: number;
  /** Only counts. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  readonly log: (line: string) => void;
}

export interface PurgeReport {
  /** Removed, or that would be. */
  readonly rows: number;
  /** Which they were in. */
  readonly periods: number;
  /** Of these nothing was removed: they are not what was closed. */
  readonly broken: number;
  /** Nor of these: somebody waits for their events. */
  readonly waiting: number;
}

const periodsAtOnce = 100;
/** Small: everybody else's writes wait for one transaction at most. */
const rowsAtOnce = 200;

/**
 * Removes rows from closed periods. What stays is hashed and sealed before the first row goes, so the log can be proved at
 * any moment, also when this ends in the middle; and a period is proved before, so nothing that was changed is covered up.
 */
export async function purgeAuditLog(deps: PurgeDeps, purge: Purge): Promise<PurgeReport> {
  const { rule, upToId, onProgress, log } = purge;
  const latest = recordedTypes.reduce((most, type) => Math.max(most, rule(type) ?? 0), 0);
  const report = { rows: 0, periods: 0, broken: 0, waiting: 0 };
  if (latest === 0) return report;
  const total = await countPeriods(deps.db.reader);
  for await (const { period, previous, remainder } of periodsOf(deps.db, latest)) {
    purge.signal.throwIfAborted();
    if (period.toId > upToId) {
      log(
        `period ${period.number} and what is behind it stay: the log was not read so far by all who are told of it`,
      );
      break;
    }
    const outcome = await purgePeriod(deps, purge, { period, previous, remainder });
    if (typeof outcome === 'number') {
      report.rows += outcome;
      if (outcome > 0) report.periods += 1;
    } else {
      report[outcome] += 1;
      log(`period ${period.number}, rows ${period.afterId + 1} to ${period.toId}: ${left[outcome]}`);
    }
    onProgress(period.number, Math.max(period.number, total));
  }
  return report;
}

const left = {
  broken: 'nothing was removed, since its rows are not those that were closed; see berth audit verify',
  waiting: 'nothing was removed, since events of it are still to be delivered',
} as const;

interface Looked {
  readonly period: SealedPeriod;
  readonly previous: string | undefined;
  readonly remainder: SealedRemainder | undefined;
}

/** Those that began before: a row is a little older than the one before it at most. */
async function* periodsOf(db: Database, latest: number): AsyncGenerator<Looked> {
  let last: SealedPeriod | undefined;
  for (;;) {
    const periods = await readPeriods(db.reader, last?.number ?? 0, periodsAtOnce);
    const [first, end] = [periods[0], periods.at(-1)];
    if (first === undefined || end === undefined) return;
    const these = { from: first.number, to: end.number };
    const times = await firstTimesOf(db.reader, these);
    const remainders = await readRemainders(db.reader, these);
    for (const period of periods) {
      const remainder = remainders.get(period.number);
      if ((times.get(period.number) ?? latest) < latest || isUnfinished(remainder))
        yield { period, previous: last?.hash, remainder };
      last = period;
    }
  }
}

async function purgePeriod(
  deps: PurgeDeps,
  { rule, dryRun, signal }: Purge,
  { period, previous, remainder }: Looked,
): Promise<number | 'broken' | 'waiting'> {
  const { db } = deps;
  if (remainder !== undefined && !isUnfinished(remainder) && !someGoes(remainder.held, rule)) return 0;
  const { afterId: after, toId: to } = period;
  if (await hasWaitingDelivery(db.reader, { after, to })) return 'waiting';
  for (let rows = 0; ; ) {
    const proved = await proveRows(deps, { period, previous }, signal);
    if (proved.fault !== undefined) return 'broken';
    const plan = await planOf(deps, { period, rule, proved }, signal);
    if (dryRun) return plan.ids.length;
    if (proved.remainder?.seal === plan.ended.seal) return rows;
    // Somebody else was at it: the period is looked at again.
    if (!(await replaceRemainder(db, proved.remainder, plan.begun))) continue;
    rows += await removeAll(db, plan.ids, signal);
    if (plan.begun.seal === plan.ended.seal || (await replaceRemainder(db, plan.begun, plan.ended)))
      return rows;
  }
}

function isUnfinished(remainder: Remainder | undefined): boolean {
  return remainder !== undefined && Object.keys(remainder.removing).length > 0;
}

function someGoes(held: Held, rule: PurgeRule): boolean {
  return Object.entries(held).some(([type, [, oldest]]) => oldest < (rule(type) ?? Number.NEGATIVE_INFINITY));
}

async function removeAll(db: Database, ids: readonly number[], signal: AbortSignal): Promise<number> {
  let removed = 0;
  for (let at = 0; at < ids.length; at += rowsAtOnce) {
    signal.throwIfAborted();
    removed += await removeEvents(db, ids.slice(at, at + rowsAtOnce));
    await turn();
  }
  return removed;
}

interface Plan {
  /** Of the rows that go. */
  readonly ids: readonly number[];
  /** Before the first of them goes, and when the last is gone. */
  readonly begun: SealedRemainder;
  readonly ended: SealedRemainder;
}

/** What goes by the rule, and what was to go before and is still there. */
async function planOf(
  { db, masterKey }: PurgeDeps,
  of: { readonly period: SealedPeriod; readonly rule: PurgeRule; readonly proved: ProvedRows },
  signal: AbortSignal,
): Promise<Plan> {
  const { period, rule, proved } = of;
  const { afterId: after, toId: to } = period;
  const wasToGo = isRemoved(proved.remainder?.removing ?? {});
  const ids: number[] = [];
  const removing: Record<string, number> = { ...proved.remainder?.removing };
  const held: Record<string, [number, number]> = {};
  const hash = new EventHash(period.hash);
  for await (const row of wholeEvents(db.reader, { after, to, limit: period.rows + 1 }, signal)) {
    const { id, type, at } = row;
    const before = rule(type);
    if (wasToGo(row)) {
      ids.push(id);
    } else if (before !== undefined && at < before) {
      ids.push(id);
      removing[type] = before;
    } else {
      hash.add(row);
      const [count, oldest] = held[type] ?? [0, at];
      held[type] = [count + 1, Math.min(oldest, at)];
    }
  }
  const ended = {
    number: period.number,
    rows: hash.rows,
    removed: period.rows - hash.rows,
    hash: hash.hex(),
    held,
    removing: {},
  };
  return { ids, begun: sealed(masterKey, { ...ended, removing }), ended: sealed(masterKey, ended) };
}

function sealed(masterKey: MasterKey, remainder: Remainder): SealedRemainder {
  return { ...remainder, seal: remainderSealOf(masterKey, remainder) };
}
