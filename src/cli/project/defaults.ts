import { exitCodes } from '../../lib/start-problem.ts';
import type { Cli, Flags } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showOne } from '../rest/show.ts';

export async function showDefaults(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  showOne(form, await (await restClient(cli, flags)).get<Row>('/api/berth/v1/project-defaults'));
  return exitCodes.done;
}
