import { readFileSync } from 'node:fs';

/** In the order of the recorder's `enum`, from 1. */
const kinds = [
  'life',
  'create',
  'write',
  'truncate',
  'syncBegin',
  'syncEnd',
  'rename',
  'unlink',
  'rmdir',
  'mkdir',
  'link',
  'socket',
  'answer',
  'flag',
] as const;

export type RecordKind = (typeof kinds)[number];

/** One call of the server, as `recorder.c` wrote it down. */
export interface TraceRecord {
  readonly kind: RecordKind;
  /** Of the file or folder that was written, truncated, synced or made. */
  readonly inode: number;
  /** write: offset; truncate: size; create, mkdir: mode; syncBegin, syncEnd: number of the sync; answer: HTTP status. */
  readonly value: number;
  /** syncBegin, syncEnd: it was `fdatasync`. */
  readonly dataOnly: boolean;
  /** Path below the root; answer: id of the request; flag: the call. */
  readonly name: string;
  /** write: the bytes; rename, link: the new path; flag: of what. */
  readonly bytes: Buffer;
  /** Bytes of the trace up to the end of this record. */
  readonly endOffset: number;
}

const headerBytes = 40;

/** A last record that was cut off by a kill from outside is left out. */
export function readTrace(path: string): TraceRecord[] {
  const trace = readFileSync(path);
  const records: TraceRecord[] = [];
  for (let at = 0; at + headerBytes <= trace.length; ) {
    const end = at + trace.readUInt32LE(at);
    if (end > trace.length) break;
    const kind = kinds[trace.readUInt32LE(at + 4) - 1];
    if (kind === undefined) throw new Error(`${path}: no record begins at ${at}`);
    const bytesAt = at + headerBytes + trace.readUInt32LE(at + 32);
    records.push({
      kind,
      inode: Number(trace.readBigUInt64LE(at + 8)),
      value: Number(trace.readBigUInt64LE(at + 16)),
      dataOnly: trace.readBigUInt64LE(at + 24) !== 0n,
      name: trace.toString('utf8', at + headerBytes, bytesAt),
      bytes: trace.subarray(bytesAt, end),
      endOffset: end,
    });
    at = end;
  }
  return records;
}

/** Calls that the replay does not know would make its result worthless. */
export function refuseFlags(records: readonly TraceRecord[]): void {
  const flags = records
    .filter(({ kind }) => kind === 'flag')
    .map(({ name, bytes }) => `${name} ${bytes.toString()}`);
  if (flags.length > 0) throw new Error(`calls that cannot be replayed: ${[...new Set(flags)].join(', ')}`);
}
