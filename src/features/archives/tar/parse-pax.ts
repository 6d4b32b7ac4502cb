import { ArchiveProblem } from '../../../lib/archive-problem.ts';

const utf8 = new TextDecoder();

interface PaxRecords {
  name?: string;
  target?: string;
  sizeBytes?: number;
}

/**
 * What pax says about the entry behind it, as far as it counts here (POSIX.1-2017, pax, "pax Header Block").
 * @param at of the header in the archive
 * @throws ArchiveProblem headerDamaged; entryKind for a sparse file, whose bytes are not those of the archive
 */
export function parsePax(bytes: Uint8Array, at: number): PaxRecords {
  const found: PaxRecords = {};
  for (let from = 0; from < bytes.length; ) {
    const { key, value, end } = recordAt(bytes, from, at);
    if (key.startsWith('GNU.sparse.'))
      throw new ArchiveProblem('entryKind', { entry: `byte ${at}`, type: 'S' });
    if (key === 'path') found.name = value;
    else if (key === 'linkpath') found.target = value;
    else if (key === 'size') found.sizeBytes = wholeNumber(value, at);
    from = end;
  }
  return found;
}

/** `25 ctime=1084839148.1212\n`: the length counts itself. */
function recordAt(bytes: Uint8Array, from: number, at: number): { key: string; value: string; end: number } {
  const space = bytes.subarray(from, from + 8).indexOf(0x20);
  const length = space < 1 ? 0 : wholeNumber(utf8.decode(bytes.subarray(from, from + space)), at);
  const end = from + length;
  if (length < space + 3 || end > bytes.length || bytes[end - 1] !== 0x0a) throw damaged(at);
  const record = utf8.decode(bytes.subarray(from + space + 1, end - 1));
  const equals = record.indexOf('=');
  if (equals < 1) throw damaged(at);
  return { key: record.slice(0, equals), value: record.slice(equals + 1), end };
}

function wholeNumber(text: string, at: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw damaged(at);
  return value;
}

function damaged(at: number): ArchiveProblem {
  return new ArchiveProblem('headerDamaged', { at });
}
