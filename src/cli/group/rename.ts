import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { findGroup } from '../rest/find-group.ts';
import { restClient } from '../rest/rest-client.ts';
import { textFlag } from '../rest/show.ts';
import { restTexts } from '../rest/text.ts';

export async function rename(cli: Cli, flags: Flags, [before = '', name = '']: Args): Promise<number> {
  const client = await restClient(cli, flags);
  const group = await findGroup({ cli, client }, { name: before, type: textFlag(flags, 'type') });
  const { id, group_type } = group;
  await client.call('PUT', `/api/v2.0/usergroups/${id}`, { group_name: name, group_type });
  note(say(cli, restTexts.done, { what: name }));
  return exitCodes.done;
}
