import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { withServerFlags } from '../archive/given-server.ts';
import { archiveTexts } from '../archive/text.ts';

/** `berth export <references…> -o <file>` */
export function exportCommand(program: Command, lang: Language, running: Running): void {
  const command = program.command('export').description(archiveTexts.export[lang]);
  withServerFlags(command, lang)
    .argument('<references...>', archiveTexts.references[lang])
    .option('-o, --output <file>', archiveTexts.output[lang])
    .option('--platform <os/arch>', archiveTexts.platform[lang])
    .option('--referrers', archiveTexts.referrers[lang])
    .option('--force', archiveTexts.force[lang])
    .action(
      running(async (...call) => (await import('./export-images-command.ts')).exportImagesCommand(...call)),
    );
}
