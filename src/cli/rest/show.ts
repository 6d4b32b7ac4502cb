import { yamlText } from '../../platform/config/yaml-text.ts';
import { type Flags, print } from '../cli.ts';
import { printTable } from '../print-table.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { restTexts } from './text.ts';

export type Row = Readonly<Record<string, unknown>>;

export const formNames = ['table', 'wide', 'json', 'jsonl', 'yaml', 'name', 'csv'] as const;
const templateMark = 'template=';

/** How results are printed. */
export interface Form {
  readonly kind: (typeof formNames)[number] | 'template';
  readonly template: string;
  readonly header: boolean;
}

/** @throws WrongUsage; asked before anything is changed */
export function formOf(flags: Flags): Form {
  const given = textFlag(flags, 'output');
  if (flags['json'] === true && (given ?? 'json') !== 'json') throw new WrongUsage(restTexts.twoForms);
  const name = flags['json'] === true ? 'json' : (given ?? 'table');
  const header = flags['header'] !== false;
  if (name.startsWith(templateMark))
    return { kind: 'template', template: name.slice(templateMark.length), header };
  const kind = formNames.find((each) => each === name);
  if (kind === undefined) throw new WrongUsage(restTexts.outputUnknown);
  return { kind, template: '', header };
}

interface Columns {
  /** Keys; the first one is what `-o name` prints. */
  readonly columns: readonly string[];
  /** Keys that `-o wide` and `-o csv` show beside them. */
  readonly more?: readonly string[];
  /** For people, in their language. */
  readonly table?: { readonly header: readonly string[]; readonly cells: readonly (readonly string[])[] };
}

export function showRows(form: Form, rows: readonly Row[], { columns, more = [], table }: Columns): void {
  const all = [...columns, ...more];
  const valuesOf = (keys: readonly string[]) => rows.map((row) => keys.map((key) => cellOf(row[key])));
  const header = (keys: readonly string[]) => keys.map((key) => key.toUpperCase());
  switch (form.kind) {
    case 'table':
      if (table === undefined) printTable(header(columns), valuesOf(columns), form.header);
      else
        printTable(
          table.header,
          table.cells.map((row) => row.map(cellOf)),
          form.header,
        );
      break;
    case 'wide':
      printTable(header(all), valuesOf(all), form.header);
      break;
    case 'csv':
      if (form.header) print(all.join(','));
      for (const row of rows) print(all.map((key) => csvOf(row[key])).join(','));
      break;
    case 'name':
      for (const row of rows) print(cellOf(row[columns[0] ?? '']));
      break;
    case 'template':
      for (const row of rows) print(filled(form.template, row));
      break;
    case 'jsonl':
      for (const row of rows) print(JSON.stringify(row));
      break;
    case 'yaml':
      print(yamlText(rows).trimEnd());
      break;
    case 'json':
      print(JSON.stringify(rows, null, 2));
  }
}

export function showOne(form: Form, row: Row, name = 'name'): void {
  if (form.kind === 'table' || form.kind === 'wide')
    for (const [key, value] of Object.entries(row)) print(`${key}\t${cellOf(value)}`);
  else if (form.kind === 'json') print(JSON.stringify(row, null, 2));
  else if (form.kind === 'yaml') print(yamlText(row).trimEnd());
  else showRows(form, [row], { columns: [name], more: Object.keys(row).filter((key) => key !== name) });
}

function filled(template: string, row: Row): string {
  return template.replace(/\{(\w+)\}/g, (_, key: string) =>
    Object.hasOwn(row, key) ? cellOf(row[key]) : '',
  );
}

/** Whoever wrote a description is not trusted by the terminal. */
function cellOf(value: unknown): string {
  return textOf(value).replace(/\p{C}/gu, ' ');
}

/** RFC 4180: what holds a comma, a quote or a new line is quoted. */
function csvOf(value: unknown): string {
  const text = textOf(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

export function textFlag(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}
