import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { nextStep } from '../next-step.ts';
import { askOperation } from '../rest/ask-operation.ts';
import { groupTexts } from './text.ts';

export async function create(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  await askOperation(cli, flags, '/groups/create', { name, type: flags['type'] });
  note(say(cli, groupTexts.created, { group: name }));
  nextStep(cli, `berth group add ${name} <user>`);
  return exitCodes.done;
}
