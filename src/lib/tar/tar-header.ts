import { ArchiveProblem } from '../archive-problem.ts';

/** POSIX.1-2017, pax, "ustar Interchange Format": everything is in blocks of so much. */
export const blockBytes = 512;

export interface TarHeader {
  readonly name: string;
  /** One character: `0` is a file. */
  readonly type: string;
  readonly sizeBytes: number;
  /** Permissions, with the three bits above them. */
  readonly mode: number;
  /** Of links. */
  readonly target: string;
}

const utf8 = new TextDecoder();
/** Largest number that eleven octal digits hold. */
const maxOctalBytes = 0o77777777777;
const maxNameBytes = 100;

/**
 * Reads the head of an entry; undefined for a block of zeros, which ends the archive.
 * @param at of the block in the archive, to name it by
 * @throws ArchiveProblem headerDamaged
 */
export function readTarHeader(block: Uint8Array, at: number): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (block.length !== blockBytes || !checksumHolds(block)) throw damaged(at);
  const isUstar = tarText(block, 257, 5) === 'ustar';
  // GNU's magic has a space behind it, and other fields where the prefix is.
  const prefix = isUstar && block[262] === 0 ? tarText(block, 345, 155) : '';
  const name = tarText(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type: typeOf(block[156]),
    sizeBytes: tarNumber(block, 124, 12, at),
    mode: tarNumber(block, 100, 8, at) & 0o7777,
    target: tarText(block, 157, 100),
  };
}

/** What goes before a file of that size. Names are ASCII; one of more than a hundred bytes gets a pax header. */
export function writeTarHeader(name: string, sizeBytes: number): Uint8Array {
  if (name.length <= maxNameBytes) return headOf(name, sizeBytes, '0');
  const record = paxRecord('path', name);
  const padding = Buffer.alloc(paddingOf(record.length));
  const head = headOf(name.slice(0, maxNameBytes), sizeBytes, '0');
  return Buffer.concat([headOf('pax', record.length, 'x'), record, padding, head]);
}

/** The length counts its own digits. */
function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.from(`${length}${rest}`);
}

function headOf(name: string, sizeBytes: number, type: string): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0, maxNameBytes);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  if (sizeBytes <= maxOctalBytes) block.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124);
  else {
    // GNU's form, which every reader of today knows: a set bit, then the number.
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(sizeBytes), 128);
  }
  // The same archive at any time.
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** What follows an entry of that size up to the next block. */
export function paddingOf(sizeBytes: number): number {
  return (blockBytes - (sizeBytes % blockBytes)) % blockBytes;
}

function typeOf(byte: number | undefined): string {
  return byte === undefined || byte === 0 ? '0' : String.fromCharCode(byte);
}

/** Up to the first zero byte. */
export function tarText(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return utf8.decode(end < 0 ? field : field.subarray(0, end));
}

/**
 * Octal, or with its first bit set base 256.
 * @throws ArchiveProblem headerDamaged
 */
export function tarNumber(block: Uint8Array, at: number, length: number, blockAt: number): number {
  const field = block.subarray(at, at + length);
  const first = field[0] ?? 0;
  if (first === 0x80) {
    const value = field.subarray(1).reduce((all, byte) => all * 256 + byte, 0);
    if (!Number.isSafeInteger(value)) throw damaged(blockAt);
    return value;
  }
  const text = tarText(block, at, length).trim();
  if (!/^[0-7]*$/.test(text)) throw damaged(blockAt);
  return text === '' ? 0 : Number.parseInt(text, 8);
}

/** The sum counts its own field as spaces; some old programs added signed bytes. */
function checksumHolds(block: Uint8Array): boolean {
  const told = tarText(block, 148, 8).trim();
  if (!/^[0-7]{1,7}$/.test(told)) return false;
  let unsigned = 0;
  let signed = 0;
  for (let index = 0; index < blockBytes; index += 1) {
    const counted = index >= 148 && index < 156 ? 32 : (block[index] ?? 0);
    unsigned += counted;
    signed += counted < 128 ? counted : counted - 256;
  }
  const sum = Number.parseInt(told, 8);
  return sum === unsigned || sum === signed;
}

function damaged(at: number): ArchiveProblem {
  return new ArchiveProblem('headerDamaged', { at });
}
