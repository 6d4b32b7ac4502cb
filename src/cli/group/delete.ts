import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { askOperation } from '../rest/ask-operation.ts';
import { groupTexts } from './text.ts';

export async function deleteGroup(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  await askOperation(cli, flags, '/groups/delete', { name, type: flags['type'] });
  note(say(cli, groupTexts.deleted, { group: name }));
  return exitCodes.done;
}
