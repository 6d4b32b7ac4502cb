import { print } from './cli.ts';

const gap = '   ';

/** Columns for people on a terminal, tabs for programs on a pipe; the first line says what they are. */
export function printTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  withHeader = true,
): void {
  const lines = tableLines(header, rows, process.stdout.isTTY === true);
  for (const line of withHeader ? lines : lines.slice(1)) print(line);
}

export function tableLines(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  aligned: boolean,
): string[] {
  const all = [header, ...rows];
  if (!aligned) return all.map((row) => row.join('\t'));
  const widths = header.map((_, at) => Math.max(...all.map((row) => width(row[at] ?? ''))));
  return all.map((row) =>
    row
      .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - width(cell)))
      .join(gap)
      .trimEnd(),
  );
}

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/g;

/** In columns: Chinese signs take two each. */
export function width(text: string): number {
  return text.length + (text.match(wide)?.length ?? 0);
}
