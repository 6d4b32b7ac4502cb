import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { askOperation } from '../rest/ask-operation.ts';
import { groupTexts } from './text.ts';

export async function add(cli: Cli, flags: Flags, [name = '', username = '']: Args): Promise<number> {
  const body = { name, username, type: flags['type'] };
  const { changed } = await askOperation<{ changed: boolean }>(cli, flags, '/groups/add', body);
  note(say(cli, changed ? groupTexts.added : groupTexts.wasIn, { user: username, group: name }));
  return exitCodes.done;
}
