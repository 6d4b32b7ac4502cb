import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { nextStep } from '../next-step.ts';
import { askOperation } from '../rest/ask-operation.ts';
import { projectTexts } from './text.ts';

export async function createProject(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  await askOperation(cli, flags, '/projects/create', {
    name,
    public: flags['public'],
    sparseManifests: flags['sparseManifests'],
    owner: flags['owner'],
  });
  note(say(cli, projectTexts.created, { project: name }));
  nextStep(cli, `berth access grant <user> developer ${name}`);
  return exitCodes.done;
}
