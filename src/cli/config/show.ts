import { exitCodes } from '../../lib/start-problem.ts';
import { type OptionRow, optionRows } from '../../platform/config/options.ts';
import { type Cli, configOf, type Flags, print } from '../cli.ts';

/** The settings in effect, as `berth.yml` would have them. */
export function showConfig(cli: Cli, flags: Flags): number {
  const { settings, config } = configOf(cli, flags);
  const resolved: Readonly<Record<string, string>> = {
    data: config.data,
    storage: config.storage,
    lang: config.lang,
  };
  const rows = optionRows.map(([name, row]) => {
    const { value, origin } = settings[name];
    return { key: row.key, value: shown(row, resolved[name] ?? value), origin };
  });
  if (flags['json'] === true) print(JSON.stringify(rows, null, 2));
  else
    for (const { key, value, origin } of rows)
      print(flags['origin'] === true ? `${key}: ${value}  # ${origin}` : `${key}: ${value}`);
  return exitCodes.done;
}

function shown(row: OptionRow, value: string): string {
  if (row.secret === true) return value === '' ? '""' : '(secret)';
  return value === '' ? '""' : value;
}
