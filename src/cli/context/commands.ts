import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { withServerFlags } from '../archive/given-server.ts';
import { deviceTexts } from '../device/text.ts';
import { withRestFlags } from '../rest/rest-client.ts';
import { restTexts } from '../rest/text.ts';
import { cliTexts } from '../text.ts';

/** `berth login`, `logout`, `whoami`, `context …` */
export function contextCommands(program: Command, lang: Language, running: Running): void {
  withServerFlags(program.command('login').description(restTexts.login[lang]), lang)
    .option('--device <url>', deviceTexts.flag[lang])
    .option('--name <name>', restTexts.name[lang])
    .action(running(async (cli, flags) => (await import('./login.ts')).login(cli, flags)));
  program
    .command('logout')
    .description(restTexts.logout[lang])
    .option('--name <name>', restTexts.name[lang])
    .action(running(async (cli, flags) => (await import('./login.ts')).logout(cli, flags)));
  withRestFlags(program.command('whoami').description(restTexts.whoami[lang]), lang).action(
    running(async (cli, flags) => (await import('./login.ts')).whoami(cli, flags)),
  );
  const context = program.command('context').description(restTexts.contexts[lang]);
  context
    .command('list')
    .exitOverride()
    .description(restTexts.contextList[lang])
    .option('--json', cliTexts.json[lang])
    .option('-o, --output <form>', restTexts.output[lang])
    .option('--no-header', restTexts.noHeader[lang])
    .action(running(async (cli, flags) => (await import('./login.ts')).listContexts(cli, flags)));
  context
    .command('use')
    .exitOverride()
    .description(restTexts.contextUse[lang])
    .argument('<name>', restTexts.name[lang])
    .action(running(async (...call) => (await import('./login.ts')).useContext(...call)));
}
