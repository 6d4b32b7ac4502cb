import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, configOf, type Flags, note, say } from '../cli.ts';
import { askRunningServer } from '../client/ask-running-server.ts';
import { nextStep } from '../next-step.ts';
import { groupTexts } from './text.ts';

export async function create(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const { config } = configOf(cli, flags);
  await askRunningServer(cli, config, '/groups/create', { name, type: flags['type'] });
  note(say(cli, groupTexts.created, { group: name }));
  nextStep(cli, `berth group add ${name} <user>`);
  return exitCodes.done;
}
