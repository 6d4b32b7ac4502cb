import { exitCodes } from '../../lib/start-problem.ts';
import type { Cli, Flags } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows, textFlag } from '../rest/show.ts';

/** What ends soon, as far as who asks may see it. */
export async function listExpiring(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const within = encodeURIComponent(textFlag(flags, 'within') ?? '30d');
  const client = await restClient(cli, flags);
  const rows = await client.all<Row>(`/api/berth/v1/expiring?within=${within}`);
  showRows(form, rows, { columns: ['kind', 'name', 'holder', 'where', 'expires_at'], more: ['id'] });
  return exitCodes.done;
}
