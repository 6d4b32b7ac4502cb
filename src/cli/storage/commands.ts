import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { cliTexts } from '../text.ts';
import { withConfig } from '../with-config.ts';
import { storageTexts } from './text.ts';

/** `berth storage …` */
export function storageCommands(program: Command, lang: Language, running: Running): void {
  const storage = program.command('storage').description(storageTexts.storage[lang]);
  withConfig(storage.command('adopt').description(storageTexts.adopt[lang]), lang)
    .option('--into <repository>', storageTexts.into[lang])
    .option('--yes', storageTexts.yes[lang])
    .option('--json', cliTexts.json[lang])
    .action(running(async (cli, flags) => (await import('./adopt.ts')).adoptStorageCommand(cli, flags)));
}
