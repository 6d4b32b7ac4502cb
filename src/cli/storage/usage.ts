import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import type { RestClient } from '../client/rest-client.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows, textFlag } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { downloadOut } from './download-out.ts';
import { figureTexts } from './figure-texts.ts';

const path = '/api/berth/v1/storage/usage';
const sortKeys = ['name', 'logical', 'unique', 'shared'];

interface Figures extends Row {
  readonly logical: number;
  readonly unique: number;
  readonly shared: number;
  readonly trash?: number;
}

/** `berth storage usage`: projects; the repositories of one; the tags of one of these. */
export async function showUsage(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const [project, repository] = [textFlag(flags, 'project'), textFlag(flags, 'repository')];
  if (project !== undefined && repository !== undefined) throw new WrongUsage(figureTexts.twoPlaces);
  const sort = textFlag(flags, 'sort') ?? '-unique';
  if (!sortKeys.includes(sort.replace(/^-/, ''))) throw new WrongUsage(figureTexts.sortWrong);
  const by = repository !== undefined ? 'tag' : project !== undefined ? 'repository' : 'project';
  const query = new URLSearchParams({ by, sort });
  if (project !== undefined) query.set('project', project);
  if (repository !== undefined) query.set('repository', repository);
  const client = await restClient(cli, flags);
  if (flags['csv'] === true) {
    query.set('format', 'csv');
    await client.download(`${path}?${query.toString()}`, downloadOut);
    return exitCodes.done;
  }
  const rows = await client.all<Figures>(`${path}?${query.toString()}`);
  const columns = [by, 'logical', 'unique', 'shared', ...(by === 'tag' ? [] : ['trash'])];
  showRows(form, rows, {
    columns,
    more: by === 'repository' ? ['untagged', 'as_of'] : ['as_of'],
    table: {
      header: columns.map((column) => column.toUpperCase()),
      cells: rows.map((row) =>
        columns.map((column) => {
          const value = row[column];
          return typeof value === 'number' ? formatBytes(value) : typeof value === 'string' ? value : '';
        }),
      ),
    },
  });
  if (form.kind === 'table' && by === 'project') await tellTotal(cli, client);
  return exitCodes.done;
}

interface Total {
  readonly stored?: number;
  readonly live?: number;
  readonly trash?: number;
  readonly unreferenced?: number;
  readonly as_of?: string;
}

/** Only who may see all of it is told. */
async function tellTotal(cli: Cli, client: RestClient): Promise<void> {
  try {
    const {
      stored,
      live = 0,
      trash = 0,
      unreferenced = 0,
      as_of: asOf = '',
    } = await client.get<Total>(`${path}/total`);
    if (stored === undefined) note(say(cli, figureTexts.notCounted));
    else
      note(
        say(cli, figureTexts.total, {
          stored: formatBytes(stored),
          live: formatBytes(live),
          trash: formatBytes(trash),
          unreferenced: formatBytes(unreferenced),
          asOf,
        }),
      );
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 403) throw error;
  }
}
