import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, configOf, type Flags, note, say } from '../cli.ts';
import { askRunningServer } from '../client/ask-running-server.ts';
import { groupTexts } from './text.ts';

export async function add(cli: Cli, flags: Flags, [name = '', username = '']: Args): Promise<number> {
  const { config } = configOf(cli, flags);
  const body = { name, username, type: flags['type'] };
  const { changed } = await askRunningServer<{ changed: boolean }>(cli, config, '/groups/add', body);
  note(say(cli, changed ? groupTexts.added : groupTexts.wasIn, { user: username, group: name }));
  return exitCodes.done;
}
