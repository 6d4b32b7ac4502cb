import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { withRestFlags } from '../rest/rest-client.ts';
import { restTexts } from '../rest/text.ts';
import { contentCommands } from './content-commands.ts';
import { roleCommands } from './role-commands.ts';
import { labelCommands, settingCommands } from './setting-commands.ts';

/** `berth api` and the nouns that speak Harbor's REST API. */
export function restCommands(program: Command, lang: Language, running: Running): void {
  const making = { program, lang, running };
  withRestFlags(program.command('api').description(restTexts.api[lang]), lang)
    .argument('<method>', restTexts.method[lang])
    .argument('<path>', restTexts.path[lang])
    .option('--input <file>', restTexts.input[lang])
    .action(running(async (...call) => (await import('../rest/api.ts')).callApi(...call)));
  contentCommands(making);
  labelCommands(making);
  roleCommands(making);
  withRestFlags(program.command('search').description(restTexts.search[lang]), lang)
    .argument('<text>', restTexts.term[lang])
    .action(running(async (...call) => (await import('../rest/repositories.ts')).search(...call)));
  settingCommands(making);
}
