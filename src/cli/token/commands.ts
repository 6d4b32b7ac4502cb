import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Action, Running } from '../action.ts';
import { withRestFlags } from '../rest/rest-client.ts';
import { restTexts } from '../rest/text.ts';
import { tokenTexts } from './text.ts';

/** `berth token …` */
export function tokenCommands(program: Command, lang: Language, running: Running): void {
  const token = program.command('token').description(tokenTexts.token[lang]);
  const tokens = () => import('./token.ts');
  const verb = (name: 'create' | 'list' | 'revoke', action: Action): Command =>
    withRestFlags(token.command(name).description(tokenTexts[name][lang]), lang).action(running(action));
  verb('create', async (...call) => (await tokens()).createToken(...call))
    .argument('<name>', tokenTexts.newName[lang])
    .option('--scope <limit...>', tokenTexts.scope[lang])
    .option('--expires <time>', tokenTexts.expires[lang])
    .option('--secret-file <file>', restTexts.secretFile[lang]);
  verb('list', async (cli, flags) => (await tokens()).listTokens(cli, flags)).option(
    '--holder <user>',
    tokenTexts.holder[lang],
  );
  verb('revoke', async (...call) => (await tokens()).revokeToken(...call))
    .argument('<token>', tokenTexts.name[lang])
    .option('--holder <user>', tokenTexts.holder[lang]);
}
