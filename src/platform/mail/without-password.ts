/** Of a password too short for it nothing is left that only its own encoding would have. */
const shortestCore = 4;
/** What base64 is written with, in addresses, too. */
const runs = /(?:[\w+/=-]|%[0-9A-Fa-f]{2})+/g;

/** What a server repeats, without the password that it was told, in whatever form it has it. */
export function withoutPassword(text: string, password: string): string {
  if (password === '') return text;
  const plain = text.replaceAll(new RegExp(asWritten(password), 'g'), '***');
  const cores = coresOf(password);
  if (cores.length === 0) return plain;
  const encoded = new RegExp(cores.map(asWritten).join('|'));
  return plain.replaceAll(runs, (run) => (encoded.test(run) ? '***' : run));
}

/**
 * What base64 has of the password wherever that stands in what was encoded, as behind the name in SASL's PLAIN: its
 * characters shift with the number of bytes in front, and those at the ends are shared with others.
 */
function coresOf(password: string): readonly string[] {
  const bytes = Buffer.from(password);
  const cores = [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const core = whole
      .toString('base64')
      .slice(Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6));
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [...new Set(cores)].filter(({ length }) => length >= shortestCore);
}

/** A pattern of a text, each of whose characters may be encoded as in a URL. */
function asWritten(text: string): string {
  return Array.from(text, (character) => {
    const bytes = Array.from(Buffer.from(character), (byte) =>
      byte
        .toString(16)
        .padStart(2, '0')
        .replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`),
    );
    const encoded = bytes.map((byte) => `%${byte}`).join('');
    return `(?:${RegExp.escape(character)}|${encoded}${character === ' ' ? '|\\+' : ''})`;
  }).join('');
}
