import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { withRestFlags } from '../rest/rest-client.ts';
import { userTexts } from './text.ts';

/** `berth user …` */
export function userCommands(program: Command, lang: Language, running: Running): void {
  const user = program.command('user').description(userTexts.user[lang]);
  const verb = (name: 'add' | 'passwd' | 'list' | 'disable' | 'enable' | 'update' | 'delete'): Command =>
    withRestFlags(user.command(name).description(userTexts[name][lang]), lang);
  withPassword(verb('add').argument('<name>', userTexts.name[lang]), lang)
    .option('--email <address>', userTexts.email[lang])
    .option('--realname <name>', userTexts.realname[lang])
    .option('--admin', userTexts.admin[lang])
    .action(running(async (...call) => (await import('./add.ts')).addUser(...call)));
  withPassword(verb('passwd').argument('<name>', userTexts.name[lang]), lang).action(
    running(async (...call) => (await import('./passwd.ts')).passwd(...call)),
  );
  verb('update')
    .argument('<name>', userTexts.name[lang])
    .option('--email <address>', userTexts.email[lang])
    .option('--realname <name>', userTexts.realname[lang])
    .action(running(async (...call) => (await import('./update.ts')).updateUser(...call)));
  verb('delete')
    .argument('<name>', userTexts.name[lang])
    .option('--yes', userTexts.yes[lang])
    .action(running(async (...call) => (await import('./update.ts')).deleteUser(...call)));
  verb('list').action(running(async (cli, flags) => (await import('./list.ts')).listUsers(cli, flags)));
  verb('disable')
    .argument('<name>', userTexts.name[lang])
    .action(running(async (...call) => (await import('./disable.ts')).disableUser(...call)));
  verb('enable')
    .argument('<name>', userTexts.name[lang])
    .action(running(async (...call) => (await import('./disable.ts')).enableUser(...call)));
}

function withPassword(command: Command, lang: Language): Command {
  return command
    .option('--new-password-stdin', userTexts.newPasswordStdin[lang])
    .option('--new-password-file <file>', userTexts.newPasswordFile[lang]);
}
