import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { askOperation } from '../rest/ask-operation.ts';
import { groupTexts } from './text.ts';

export async function remove(cli: Cli, flags: Flags, [name = '', username = '']: Args): Promise<number> {
  await askOperation(cli, flags, '/groups/remove', { name, username, type: flags['type'] });
  note(say(cli, groupTexts.removed, { user: username, group: name }));
  return exitCodes.done;
}
