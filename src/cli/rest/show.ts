import { yamlText } from '../../platform/config/contexts.ts';
import { type Flags, print } from '../cli.ts';
import { printTable } from '../print-table.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { restTexts } from './text.ts';

export type Row = Readonly<Record<string, unknown>>;

const forms = ['table', 'json', 'jsonl', 'yaml', 'name'];

/** @throws WrongUsage; asked before anything is changed */
export function formOf(flags: Flags): string {
  const form = textFlag(flags, 'output') ?? (flags['json'] === true ? 'json' : 'table');
  if (!forms.includes(form)) throw new WrongUsage(restTexts.outputUnknown);
  return form;
}

/** @param columns of the table; the first one is what `-o name` prints */
export function showRows(form: string, rows: readonly Row[], columns: readonly string[]): void {
  if (form === 'table')
    printTable(
      columns.map((column) => column.toUpperCase()),
      rows.map((row) => columns.map((column) => cellOf(row[column]))),
    );
  else if (form === 'name') for (const row of rows) print(cellOf(row[columns[0] ?? '']));
  else if (form === 'jsonl') for (const row of rows) print(JSON.stringify(row));
  else if (form === 'yaml') print(yamlText(rows).trimEnd());
  else print(JSON.stringify(rows, null, 2));
}

export function showOne(form: string, row: Row, name = 'name'): void {
  if (form === 'table') for (const [key, value] of Object.entries(row)) print(`${key}\t${cellOf(value)}`);
  else if (form === 'name') print(cellOf(row[name]));
  else if (form === 'jsonl') print(JSON.stringify(row));
  else if (form === 'yaml') print(yamlText(row).trimEnd());
  else print(JSON.stringify(row, null, 2));
}

/** Whoever wrote a description is not trusted by the terminal. */
function cellOf(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return text.replace(/\p{C}/gu, ' ');
}

export function textFlag(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}
