import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Action, Running } from '../action.ts';
import { withRestFlags } from './rest-client.ts';
import { restTexts } from './text.ts';

interface Making {
  readonly program: Command;
  readonly lang: Language;
  readonly running: Running;
}

type TextName = keyof typeof restTexts;

/** `berth api` and the nouns that speak Harbor's REST API. */
export function restCommands(program: Command, lang: Language, running: Running): void {
  const making = { program, lang, running };
  withRestFlags(program.command('api').description(restTexts.api[lang]), lang)
    .argument('<method>', restTexts.method[lang])
    .argument('<path>', restTexts.path[lang])
    .option('--input <file>', restTexts.input[lang])
    .action(running(async (...call) => (await import('./api.ts')).callApi(...call)));
  robotCommands(making);
  roleCommands(making);
  contentCommands(making);
  settingCommands(making);
}

/** A verb of a noun, which another folder may have made for its own verbs. */
function verb({ program, lang, running }: Making, words: string, text: TextName, action: Action): Command {
  const [noun = '', name = ''] = words.split(' ');
  const made = program.commands.find((each) => each.name() === noun);
  const described =
    noun === 'robot' || noun === 'role' || noun === 'repo' || noun === 'artifact' || noun === 'tag';
  const parent = made ?? program.command(noun).description(described ? restTexts[noun][lang] : '');
  const command = parent.command(name).description(restTexts[text][lang]);
  return withRestFlags(command, lang).action(running(action));
}

function robotCommands(making: Making): void {
  const { lang } = making;
  const robots = () => import('./robot.ts');
  const add = (name: string, text: TextName, action: Action): Command =>
    verb(making, `robot ${name}`, text, action).option('-p, --project <name>', restTexts.project[lang]);
  add('list', 'list', async (cli, flags) => (await robots()).listRobots(cli, flags));
  add('create', 'create', async (...call) => (await robots()).createRobot(...call))
    .argument('<name>', restTexts.newName[lang])
    .option('--permission <right...>', restTexts.permission[lang])
    .option('--days <count>', restTexts.days[lang], '30')
    .option('--description <text>', restTexts.description[lang]);
  const one = (name: string, text: TextName, action: Action): Command =>
    add(name, text, action).argument('<robot>', restTexts.robotName[lang]);
  one('show', 'show', async (...call) => (await robots()).showRobot(...call));
  one('update', 'describe', async (...call) => (await robots()).updateRobot(...call)).option(
    '--description <text>',
    restTexts.description[lang],
  );
  one('refresh', 'refresh', async (...call) => (await robots()).refreshRobot(...call));
  one('delete', 'remove', async (...call) => (await robots()).deleteRobot(...call)).option(
    '--yes',
    restTexts.yes[lang],
  );
}

function roleCommands(making: Making): void {
  const { lang } = making;
  const roles = () => import('./role.ts');
  const right = ['--permission <right...>', restTexts.permission[lang]] as const;
  verb(making, 'role list', 'list', async (cli, flags) => (await roles()).listRoles(cli, flags));
  verb(making, 'role create', 'roleCreate', async (...call) => (await roles()).createRole(...call))
    .argument('<name>', restTexts.roleName[lang])
    .option('--level <level>', restTexts.roleLevel[lang], 'project')
    .option(...right);
  verb(making, 'role update', 'roleUpdate', async (...call) => (await roles()).updateRole(...call))
    .argument('<name>', restTexts.roleName[lang])
    .option(...right);
  verb(making, 'role delete', 'remove', async (...call) => (await roles()).deleteRole(...call))
    .argument('<name>', restTexts.roleName[lang])
    .option('--yes', restTexts.yes[lang]);
}

function contentCommands(making: Making): void {
  const { program, lang, running } = making;
  const content = () => import('./repositories.ts');
  const repository = ['<repository>', restTexts.repository[lang]] as const;
  const reference = ['<reference>', restTexts.reference[lang]] as const;
  const yes = ['--yes', restTexts.yes[lang]] as const;
  verb(making, 'repo list', 'list', async (cli, flags) =>
    (await content()).listRepositories(cli, flags),
  ).option('-p, --project <name>', restTexts.project[lang]);
  verb(making, 'repo show', 'show', async (...call) => (await content()).showRepository(...call)).argument(
    ...repository,
  );
  verb(making, 'repo update', 'describe', async (...call) => (await content()).updateRepository(...call))
    .argument(...repository)
    .option('--description <text>', restTexts.description[lang]);
  verb(making, 'repo delete', 'remove', async (...call) => (await content()).deleteRepository(...call))
    .argument(...repository)
    .option(...yes);
  verb(making, 'artifact list', 'list', async (...call) => (await content()).listArtifacts(...call)).argument(
    ...repository,
  );
  verb(making, 'artifact show', 'show', async (...call) => (await content()).showArtifact(...call)).argument(
    ...reference,
  );
  verb(making, 'artifact delete', 'remove', async (...call) => (await content()).deleteArtifact(...call))
    .argument(...reference)
    .option(...yes);
  verb(making, 'tag list', 'list', async (...call) => (await content()).listTags(...call)).argument(
    ...repository,
  );
  withRestFlags(program.command('search').description(restTexts.search[lang]), lang)
    .argument('<text>', restTexts.term[lang])
    .action(running(async (...call) => (await content()).search(...call)));
}

function settingCommands(making: Making): void {
  const { lang } = making;
  const settings = () => import('./settings.ts');
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
