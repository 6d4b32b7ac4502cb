import type { Command } from 'commander';
import type { Action } from '../action.ts';
import { type Making, type TextName, verb } from '../rest/making.ts';
import { restTexts } from '../rest/text.ts';

/** `berth repo …`, `artifact …`, `tag …` */
export function contentCommands(making: Making): void {
  repositoryCommands(making);
  artifactCommands(making);
  tagCommands(making);
}

function repositoryCommands(making: Making): void {
  const { lang } = making;
  const content = () => import('../rest/repositories.ts');
  const one = (name: string, text: TextName, action: Action): Command =>
    verb(making, `repo ${name}`, text, action).argument('<repository>', restTexts.repository[lang]);
  verb(making, 'repo list', 'list', async (cli, flags) =>
    (await content()).listRepositories(cli, flags),
  ).option('-p, --project <name>', restTexts.project[lang]);
  one('show', 'show', async (...call) => (await content()).showRepository(...call));
  one('update', 'describe', async (...call) => (await content()).updateRepository(...call)).option(
    '--description <text>',
    restTexts.description[lang],
  );
  one('move', 'move', async (...call) => (await content()).moveRepository(...call)).argument(
    '<new-repository>',
    restTexts.newRepository[lang],
  );
  one('delete', 'remove', async (...call) => (await content()).deleteRepository(...call)).option(
    '--yes',
    restTexts.yes[lang],
  );
}

function artifactCommands(making: Making): void {
  const { lang } = making;
  const content = () => import('../rest/repositories.ts');
  const labels = () => import('../rest/labels.ts');
  const one = (name: string, text: TextName, action: Action): Command =>
    verb(making, `artifact ${name}`, text, action).argument('<reference>', restTexts.reference[lang]);
  verb(making, 'artifact list', 'list', async (...call) => (await content()).listArtifacts(...call)).argument(
    '<repository>',
    restTexts.repository[lang],
  );
  one('show', 'show', async (...call) => (await content()).showArtifact(...call));
  one('copy', 'copy', async (...call) => (await content()).copyArtifact(...call)).argument(
    '<repository>',
    restTexts.repository[lang],
  );
  const label = ['<label>', restTexts.labelName[lang]] as const;
  one('label', 'putLabel', async (...call) => (await labels()).labelArtifact(...call)).argument(...label);
  one('unlabel', 'takeLabel', async (...call) => (await labels()).unlabelArtifact(...call)).argument(
    ...label,
  );
  one('delete', 'remove', async (...call) => (await content()).deleteArtifact(...call)).option(
    '--yes',
    restTexts.yes[lang],
  );
}

function tagCommands(making: Making): void {
  const { lang } = making;
  const content = () => import('../rest/repositories.ts');
  const rules = () => import('../rest/rules.ts');
  verb(making, 'tag list', 'list', async (...call) => (await content()).listTags(...call)).argument(
    '<repository>',
    restTexts.repository[lang],
  );
  verb(making, 'tag create', 'createTag', async (...call) => (await content()).createTag(...call))
    .argument('<reference>', restTexts.reference[lang])
    .argument('<tag>', restTexts.tagName[lang]);
  verb(making, 'tag delete', 'deleteTag', async (...call) => (await content()).deleteTag(...call))
    .argument('<reference>', restTexts.tagReference[lang])
    .option('--yes', restTexts.yes[lang]);
  const rule = (name: string, text: TextName, action: Action): Command =>
    verb(making, `tag ${name}`, text, action).argument('<project>', restTexts.projectName[lang]);
  rule('rules', 'rules', async (...call) => (await rules()).listRules(...call));
  rule('keep', 'keep', async (...call) => (await rules()).addRule(...call))
    .argument('<pattern>', restTexts.tagPattern[lang])
    .option('--repositories <pattern>', restTexts.repositoryPattern[lang], '**');
  rule('release', 'release', async (...call) => (await rules()).deleteRule(...call))
    .argument('<id>', restTexts.ruleId[lang])
    .option('--yes', restTexts.yes[lang]);
}
