import { paddingOf, writeTarHeader } from '../../../lib/tar/tar-header.ts';

export interface Member {
  readonly name: string;
  /** One character; default: a file. */
  readonly type?: string;
  readonly body?: string | Uint8Array;
  readonly target?: string;
  readonly mode?: number;
  /** What the header says instead of the truth. */
  readonly size?: number;
}

/** An archive of such members, by ustar. */
export function tarOf(members: readonly Member[], end = true): Buffer {
  return Buffer.concat([...members.flatMap(memberOf), Buffer.alloc(end ? 1024 : 0)]);
}

/** A header of pax that says so of the member behind it. */
export function paxOf(records: Readonly<Record<string, string>>): Member {
  const body = Object.entries(records)
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`;
      let length = Buffer.byteLength(rest);
      while (String(length).length + Buffer.byteLength(rest) !== length)
        length = String(length).length + Buffer.byteLength(rest);
      return `${length}${rest}`;
    })
    .join('');
  return { name: 'pax', type: 'x', body };
}

/** The chunks of a stream, each of so many bytes. */
export async function* inChunks(bytes: Uint8Array, size = 100_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

function memberOf({ name, type = '0', body = '', target = '', mode, size }: Member): Buffer[] {
  const bytes = Buffer.from(body);
  const head = Buffer.from(writeTarHeader('x', size ?? bytes.length));
  head.fill(0, 0, 100);
  head.write(name, 0, 100);
  head.write(type, 156, 'latin1');
  head.write(target, 157, 100);
  if (mode !== undefined) head.write(`${mode.toString(8).padStart(7, '0')}\0`, 100, 'latin1');
  head.write(' '.repeat(8), 148, 'latin1');
  const sum = head.reduce((all, byte) => all + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return [head, bytes, Buffer.alloc(paddingOf(bytes.length))];
}
