import { ArchiveProblem } from '../archive-problem.ts';

const utf8 = new TextDecoder();

export interface PaxRecord {
  readonly key: string;
  readonly value: string;
}

/**
 * What pax says about the entry behind it (POSIX.1-2017, pax, "pax Header Block").
 * @param at of the header in the archive, to name it by
 * @throws ArchiveProblem headerDamaged
 */
export function* paxRecords(bytes: Uint8Array, at: number): Generator<PaxRecord> {
  for (let from = 0; from < bytes.length; ) {
    const { end, ...record } = recordAt(bytes, from, at);
    yield record;
    from = end;
  }
}

/** `25 ctime=1084839148.1212\n`: the length counts itself. */
function recordAt(bytes: Uint8Array, from: number, at: number): PaxRecord & { readonly end: number } {
  const space = bytes.subarray(from, from + 8).indexOf(0x20);
  const length = space < 1 ? 0 : paxNumber(utf8.decode(bytes.subarray(from, from + space)), at);
  const end = from + length;
  if (length < space + 3 || end > bytes.length || bytes[end - 1] !== 0x0a) throw damaged(at);
  const record = utf8.decode(bytes.subarray(from + space + 1, end - 1));
  const equals = record.indexOf('=');
  if (equals < 1) throw damaged(at);
  return { key: record.slice(0, equals), value: record.slice(equals + 1), end };
}

/** @throws ArchiveProblem headerDamaged */
export function paxNumber(text: string, at: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw damaged(at);
  return value;
}

function damaged(at: number): ArchiveProblem {
  return new ArchiveProblem('headerDamaged', { at });
}
