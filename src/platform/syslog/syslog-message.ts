export interface SyslogMessage {
  /** RFC 5424, 6.2.1. */
  readonly severity: 'warning' | 'notice' | 'informational';
  /** Epoch milliseconds. */
  readonly at: number;
  readonly host: string;
  readonly msgId: string;
  /** Names are ASCII without space, =, ], ". */
  readonly values: Readonly<Record<string, string>>;
  /** Left out of `values` where the message would be too long. */
  readonly long: readonly string[];
  readonly text: string;
}

const severities = { warning: 4, notice: 5, informational: 6 } as const;
/** "log audit". */
const facility = 13;
/** The enterprise number that RFC 5612 keeps for where nobody has one. */
const structuredDataId = 'berth@32473';
/** Characters of a value in a message that would be too long, at first and at least. */
const [longestValue, shortestValue] = [4096, 32];
const byteOrderMark = '\uFEFF';

/** A message as RFC 5424 has it, without framing, in at most that many bytes: 2048 are enough for a dozen values. */
export function formatSyslog(message: SyslogMessage, maxBytes: number): Buffer {
  const { severity, at, host, msgId, values, long, text } = message;
  const priority = facility * 8 + severities[severity];
  const time = new Date(at).toISOString();
  const head = `<${priority}>1 ${time} ${printable(host, 255)} berth - ${printable(msgId, 32)}`;
  const whole = Buffer.from(`${head} ${elementOf(values)} ${byteOrderMark}${plain(text)}`);
  if (whole.length <= maxBytes) return whole;
  const kept = Object.entries(values).filter(([name]) => !long.includes(name));
  const leftOut = long.join(' ');
  // A receiver can read what has its whole element only.
  for (let longest = longestValue; ; longest /= 2) {
    const some = kept.map(([name, value]): [string, string] => [name, shortened(value, longest)]);
    const start = `${head} ${elementOf({ ...Object.fromEntries(some), leftOut })} ${byteOrderMark}`;
    if (Buffer.byteLength(start) <= maxBytes || longest <= shortestValue)
      return cut(Buffer.from(`${start}${plain(text)}`), maxBytes);
  }
}

function shortened(value: string, longest: number): string {
  return value.length <= longest ? value : `${value.slice(0, longest - 1)}…`;
}

function elementOf(values: SyslogMessage['values']): string {
  const params = Object.entries(values).map(
    ([name, value]) => ` ${name}="${plain(value).replaceAll(/["\\\]]/g, String.raw`\$&`)}"`,
  );
  return `[${structuredDataId}${params.join('')}]`;
}

/** Whoever wrote a user agent writes no line of the receiver's. */
function plain(text: string): string {
  return text.toWellFormed().replaceAll(/\p{Cc}/gu, ' ');
}

/** PRINTUSASCII, or nothing. */
function printable(text: string, longest: number): string {
  return text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, longest) || '-';
}

/** Not in the middle of a character. */
function cut(bytes: Buffer, maxBytes: number): Buffer {
  let end = Math.min(bytes.length, maxBytes);
  while (end < bytes.length && end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
