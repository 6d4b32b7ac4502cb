import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { groupTexts } from '../group/text.ts';
import { withRestFlags } from '../rest/rest-client.ts';
import { accessTexts } from './text.ts';

/** `berth access …` */
export function accessCommands(program: Command, lang: Language, running: Running): void {
  const access = program.command('access').description(accessTexts.access[lang]);
  const verb = (name: 'grant' | 'revoke' | 'list' | 'explain' | 'expiring' | 'who'): Command =>
    withRestFlags(access.command(name).description(accessTexts[name][lang]), lang);
  withRole(verb('grant'), lang)
    .option('--expires <time>', accessTexts.until[lang])
    .option('--until <date>', accessTexts.untilOld[lang])
    .action(running(async (...call) => (await import('./grant.ts')).grant(...call)));
  withRole(verb('revoke'), lang).action(
    running(async (...call) => (await import('./revoke.ts')).revoke(...call)),
  );
  verb('list')
    .option('--project <name>', accessTexts.ofProject[lang])
    .option('--holder <name>', accessTexts.ofUser[lang])
    .option('--group <name>', accessTexts.ofGroup[lang])
    .option('--role <role>', accessTexts.ofRole[lang])
    .action(running(async (cli, flags) => (await import('./list.ts')).list(cli, flags)));
  verb('explain')
    .argument('<who>', accessTexts.account[lang])
    .argument('<action>', accessTexts.action[lang])
    .argument('<where>', accessTexts.where[lang])
    .action(running(async (...call) => (await import('./explain.ts')).explain(...call)));
  verb('who')
    .argument('<where>', accessTexts.whereContent[lang])
    .option('--action <action>', accessTexts.onlyAction[lang])
    .action(running(async (...call) => (await import('./who.ts')).who(...call)));
  verb('expiring')
    .option('--within <days>', accessTexts.within[lang], '30d')
    .action(running(async (cli, flags) => (await import('./expiring.ts')).listExpiring(cli, flags)));
}

function withRole(command: Command, lang: Language): Command {
  return command
    .argument('<who>', accessTexts.user[lang])
    .argument('<role>', accessTexts.role[lang])
    .argument('[where]', accessTexts.place[lang])
    .option('--tag <pattern>', accessTexts.tags[lang])
    .option('--tags <pattern>', accessTexts.tagsOld[lang])
    .option('--group', accessTexts.isGroup[lang])
    .option('--type <type>', groupTexts.type[lang]);
}
