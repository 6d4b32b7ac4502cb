import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { withRestFlags } from '../rest/rest-client.ts';
import { projectTexts } from './text.ts';

type Verb =
  | 'create'
  | 'list'
  | 'show'
  | 'update'
  | 'rename'
  | 'former-names'
  | 'release'
  | 'defaults'
  | 'delete';

/** `berth project …` */
export function projectCommands(program: Command, lang: Language, running: Running): void {
  const project = program.command('project').description(projectTexts.project[lang]);
  const verb = (name: Verb): Command =>
    withRestFlags(project.command(name).description(projectTexts[name][lang]), lang);
  const names = () => import('./names.ts');
  verb('create')
    .argument('<name>', projectTexts.name[lang])
    .option('--public', projectTexts.public[lang])
    .option('--sparse-manifests', projectTexts.sparse[lang])
    .option('--owner <user>', projectTexts.owner[lang])
    .action(running(async (...call) => (await import('./create.ts')).createProject(...call)));
  verb('list').action(running(async (cli, flags) => (await import('./list.ts')).listProjects(cli, flags)));
  verb('show')
    .argument('<name>', projectTexts.name[lang])
    .action(running(async (...call) => (await import('./show.ts')).showProject(...call)));
  verb('update')
    .argument('<name>', projectTexts.name[lang])
    .option('--set <key=value...>', projectTexts.set[lang])
    .option('--unset <key...>', projectTexts.unset[lang])
    .action(running(async (...call) => (await import('./update.ts')).updateProject(...call)));
  verb('rename')
    .argument('<name>', projectTexts.name[lang])
    .argument('<new-name>', projectTexts.newName[lang])
    .action(running(async (...call) => (await names()).renameProject(...call)));
  verb('former-names').action(running(async (cli, flags) => (await names()).listFormerNames(cli, flags)));
  verb('release')
    .argument('<former-name>', projectTexts.formerName[lang])
    .option('--yes', projectTexts.yes[lang])
    .action(running(async (...call) => (await names()).releaseFormerName(...call)));
  verb('defaults').action(
    running(async (cli, flags) => (await import('./defaults.ts')).showDefaults(cli, flags)),
  );
  verb('delete')
    .argument('<name>', projectTexts.name[lang])
    .option('--yes', projectTexts.yes[lang])
    .action(running(async (...call) => (await import('./delete.ts')).deleteProject(...call)));
}
