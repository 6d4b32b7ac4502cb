import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, configOf, type Flags, note, say } from '../cli.ts';
import { askRunningServer } from '../client/ask-running-server.ts';
import { groupTexts } from './text.ts';

export async function deleteGroup(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const { config } = configOf(cli, flags);
  await askRunningServer(cli, config, '/groups/delete', { name, type: flags['type'] });
  note(say(cli, groupTexts.deleted, { group: name }));
  return exitCodes.done;
}
