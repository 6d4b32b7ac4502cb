import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { cliTexts } from '../text.ts';
import { withConfig } from '../with-config.ts';
import { restoreTexts } from './text.ts';

/** `berth restore …` */
export function restoreCommands(program: Command, lang: Language, running: Running): void {
  const restore = program.command('restore').description(restoreTexts.restore[lang]);
  withConfig(restore.command('db').description(restoreTexts.restoreDb[lang]), lang)
    .argument('<file|newest>', restoreTexts.from[lang])
    .option('--json', cliTexts.json[lang])
    .action(running(async (...call) => (await import('./db.ts')).restoreDbCommand(...call)));
}
