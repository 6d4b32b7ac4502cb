import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, configOf, type Flags, note, say } from '../cli.ts';
import { askRunningServer } from '../client/ask-running-server.ts';
import { nextStep } from '../next-step.ts';
import { projectTexts } from './text.ts';

export async function createProject(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const { config } = configOf(cli, flags);
  await askRunningServer(cli, config, '/projects/create', {
    name,
    public: flags['public'],
    sparseManifests: flags['sparseManifests'],
    owner: flags['owner'],
  });
  note(say(cli, projectTexts.created, { project: name }));
  nextStep(cli, `berth access grant <user> developer ${name}`);
  return exitCodes.done;
}
