import type { Command } from 'commander';
import type { Action } from '../action.ts';
import { type Making, type TextName, verb } from '../rest/making.ts';
import { restTexts } from '../rest/text.ts';

/** `berth label …` */
export function labelCommands(making: Making): void {
  const { lang } = making;
  const labels = () => import('../rest/labels.ts');
  const add = (name: string, text: TextName, action: Action): Command =>
    verb(making, `label ${name}`, text, action).option('-p, --project <name>', restTexts.labelProject[lang]);
  const withText = (command: Command): Command =>
    command
      .option('--description <text>', restTexts.description[lang])
      .option('--color <color>', restTexts.color[lang]);
  const one = (name: string, text: TextName, action: Action): Command =>
    add(name, text, action).argument('<label>', restTexts.labelName[lang]);
  add('list', 'list', async (cli, flags) => (await labels()).listLabels(cli, flags));
  withText(
    add('create', 'createLabel', async (...call) => (await labels()).createLabel(...call)).argument(
      '<name>',
      restTexts.newLabel[lang],
    ),
  );
  withText(one('update', 'updateLabel', async (...call) => (await labels()).updateLabel(...call))).option(
    '--name <name>',
    restTexts.newLabel[lang],
  );
  one('delete', 'remove', async (...call) => (await labels()).deleteLabel(...call)).option(
    '--yes',
    restTexts.yes[lang],
  );
}

/** `berth quota list|show|set`, `config get|set` */
export function settingCommands(making: Making): void {
  const { lang } = making;
  const settings = () => import('../rest/settings.ts');
  const project = ['<project>', restTexts.projectName[lang]] as const;
  verb(making, 'quota list', 'quotaList', async (cli, flags) => (await settings()).listQuotas(cli, flags));
  verb(making, 'quota show', 'quotaShow', async (...call) => (await settings()).showQuota(...call)).argument(
    ...project,
  );
  verb(making, 'quota set', 'quotaSet', async (...call) => (await settings()).setQuota(...call))
    .argument(...project)
    .argument('<bytes>', restTexts.size[lang]);
  verb(making, 'config get', 'configGet', async (...call) =>
    (await settings()).getSettings(...call),
  ).argument('[name]', restTexts.setting[lang]);
  verb(making, 'config set', 'configSet', async (...call) => (await settings()).setSetting(...call))
    .argument('<name>', restTexts.setting[lang])
    .argument('<value>', restTexts.value[lang]);
}
