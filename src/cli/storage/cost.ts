import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { Cli, Flags } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows, textFlag } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { downloadOut } from './download-out.ts';
import { figureTexts } from './figure-texts.ts';

const path = '/api/berth/v1/storage/cost';

interface MonthRow extends Row {
  readonly project?: string;
  readonly project_id: number;
  readonly account?: string;
  readonly pushed: number;
  readonly pulled: number;
  readonly stored_kib_hours: number;
  readonly cost: string;
  readonly currency?: string;
}

/** `berth storage cost` */
export async function showCost(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const [month, project] = [textFlag(flags, 'month'), textFlag(flags, 'project')];
  if (month !== undefined && !/^\d{4}-(?:0[1-9]|1[0-2])$/.test(month))
    throw new WrongUsage(figureTexts.monthWrong);
  const query = new URLSearchParams({
    ...(month === undefined ? {} : { month }),
    ...(project === undefined ? {} : { project }),
  });
  const client = await restClient(cli, flags);
  if (flags['csv'] === true) {
    query.set('format', 'csv');
    await client.download(`${path}?${query.toString()}`, downloadOut);
    return exitCodes.done;
  }
  const rows = await client.all<MonthRow>(`${path}?${query.toString()}`);
  showRows(form, rows, {
    columns: ['project', 'account', 'pushed', 'pulled', 'stored_kib_hours', 'cost', 'currency'],
    more: ['month', 'project_id'],
    table: {
      header: ['PROJECT', 'ACCOUNT', 'PUSHED', 'PULLED', 'STORED GIB·HOURS', 'COST'],
      cells: rows.map((row) => [
        row.project ?? `#${row.project_id}`,
        row.account ?? '-',
        formatBytes(row.pushed),
        formatBytes(row.pulled),
        (row.stored_kib_hours / 2 ** 20).toFixed(3),
        `${row.cost} ${row.currency ?? ''}`.trimEnd(),
      ]),
    },
  });
  return exitCodes.done;
}
