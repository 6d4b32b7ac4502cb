import { fill, type Language, type Text } from '../lib/text/language.ts';
import { type Config, loadConfig, type Settings } from '../platform/config/load-config.ts';
import { type OptionName, optionRows, options } from '../platform/config/options.ts';

/** What every command is given. */
export interface Cli {
  readonly lang: Language;
  /** The program's entry file. */
  readonly entry: URL;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

export function say(
  cli: { readonly lang: Language },
  text: Text,
  values: Readonly<Record<string, string | number>> = {},
): string {
  return fill(text[cli.lang], values);
}

/** Results go to standard output, everything else to standard error. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Flags as commander hands them over, under the names of the options. */
export type Flags = Readonly<Record<string, unknown>>;

export function configOf(cli: Cli, flags: Flags): { config: Config; settings: Settings } {
  const names = [...optionRows.map(([name]) => name), 'config'] as (OptionName | 'config')[];
  const given = names
    .filter((name) => flags[name] !== undefined)
    .map((name) => [name, String(flags[name])] as const);
  return loadConfig({ flags: Object.fromEntries(given), env: cli.env, cwd: cli.cwd });
}

/** The options that have a flag, for commander. */
export function configFlags(lang: Language): { readonly flag: string; readonly doc: string }[] {
  return Object.values(options).flatMap((row) =>
    'flag' in row
      ? [{ flag: row.flag, doc: row.doc[lang] + (row.fallback === '' ? '' : ` [${row.fallback}]`) }]
      : [],
  );
}
