import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Action, Running } from '../action.ts';
import { type TextName, verb } from '../rest/making.ts';
import { restTexts } from '../rest/text.ts';

/** `berth robot …` */
export function robotCommands(program: Command, lang: Language, running: Running): void {
  const making = { program, lang, running };
  const robots = () => import('./robot.ts');
  const add = (name: string, text: TextName, action: Action): Command =>
    verb(making, `robot ${name}`, text, action).option('-p, --project <name>', restTexts.robotProject[lang]);
  const withSecretFile = (command: Command): Command =>
    command.option('--secret-file <file>', restTexts.secretFile[lang]);
  const withRights = (command: Command): Command =>
    command
      .option('--permission <right...>', restTexts.permission[lang])
      .option('--repositories <pattern...>', restTexts.repositories[lang])
      .option('--description <text>', restTexts.description[lang]);
  add('list', 'list', async (cli, flags) => (await robots()).listRobots(cli, flags));
  const create = add('create', 'create', async (...call) => (await robots()).createRobot(...call))
    .argument('<name>', restTexts.newName[lang])
    .option('--system', restTexts.system[lang])
    .option('--days <count>', restTexts.days[lang], '30');
  withSecretFile(withRights(create));
  const one = (name: string, text: TextName, action: Action): Command =>
    add(name, text, action).argument('<robot>', restTexts.robotName[lang]);
  one('show', 'show', async (...call) => (await robots()).showRobot(...call));
  withRights(one('update', 'updateRobot', async (...call) => (await robots()).updateRobot(...call))).option(
    '--days <count>',
    restTexts.days[lang],
  );
  one('enable', 'enable', async (...call) => (await robots()).enableRobot(...call));
  one('disable', 'disable', async (...call) => (await robots()).disableRobot(...call));
  withSecretFile(
    one('rotate', 'refresh', async (...call) => (await robots()).rotateRobot(...call)).alias('refresh'),
  );
  one('delete', 'remove', async (...call) => (await robots()).deleteRobot(...call)).option(
    '--yes',
    restTexts.yes[lang],
  );
}
