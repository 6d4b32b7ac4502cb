import { exitCodes } from '../../lib/start-problem.ts';
import type { OfflineServer } from '../../offline.ts';
import { type Cli, configOf, type Flags, note, print, say } from '../cli.ts';
import { withServer } from '../client/with-server.ts';
import { textFlag } from '../rest/show.ts';
import { timeText } from '../time-text.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { auditTexts } from './text.ts';

type Proof = Awaited<ReturnType<OfflineServer['verifyAuditLog']>>;

const faults = {
  rows: auditTexts.brokenRows,
  seal: auditTexts.brokenSeal,
  gap: auditTexts.brokenGap,
  end: auditTexts.brokenEnd,
  known: auditTexts.brokenKnown,
} as const satisfies Record<Proof['broken'][number]['fault'], unknown>;

/** `berth audit verify` */
export async function verifyAudit(cli: Cli, flags: Flags): Promise<number> {
  const known = knownOf(textFlag(flags, 'known'));
  const { config } = configOf(cli, flags);
  const proof = await withServer<Proof>(cli, config, {
    path: '/audit/verify',
    body: { ...known },
    onProgress: ignore,
    offline: (server) =>
      server.verifyAuditLog({ known, onProgress: ignore, signal: new AbortController().signal }),
  });
  if (flags['json'] === true) print(JSON.stringify(proof, null, 2));
  else printProof(cli, proof);
  return proof.brokenCount === 0 ? exitCodes.done : exitCodes.problemsFound;
}

function ignore(): void {}

/** @throws WrongUsage */
function knownOf(given: string | undefined): { readonly number: number; readonly hash: string } | undefined {
  if (given === undefined) return undefined;
  const [, number = '', hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(given) ?? [];
  if (hash === '') throw new WrongUsage(auditTexts.knownWrong);
  return { number: Number(number), hash };
}

function printProof(cli: Cli, proof: Proof): void {
  const { periods, rows, purgedRows, openRows, last, brokenCount, broken } = proof;
  print(say(cli, auditTexts.periods, { periods, rows }));
  if (purgedRows > 0) print(say(cli, auditTexts.purged, { count: purgedRows }));
  if (last !== undefined) print(say(cli, auditTexts.last, { number: last.number, hash: last.hash }));
  print(say(cli, auditTexts.open, { count: openRows }));
  print(say(cli, auditTexts.broken, { count: brokenCount }));
  for (const { fault, number, fromId, toId, closedAt, rowsThen, rowsNow } of broken) {
    const sentence = say(cli, faults[fault], { number, fromId, toId, before: rowsThen, now: rowsNow });
    print(closedAt === 0 ? sentence : `${timeText(closedAt)}  ${sentence}`);
  }
  if (brokenCount === 0 && periods > 0) note(say(cli, auditTexts.whole));
}
