import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { withServerFlags } from '../archive/given-server.ts';
import { archiveTexts } from '../archive/text.ts';
import { cliTexts } from '../text.ts';
import { withConfig } from '../with-config.ts';
import { importTexts } from './text.ts';

/** `berth import …` */
export function importCommands(program: Command, lang: Language, running: Running): void {
  const command = program.command('import').description(importTexts.import[lang]);
  withConfig(command.command('distribution').description(importTexts.distribution[lang]), lang)
    .option('--dry-run', importTexts.dryRun[lang])
    .option('--json', cliTexts.json[lang])
    .action(
      running(async (cli, flags) =>
        (await import('./distribution.ts')).importDistributionCommand(cli, flags),
      ),
    );
  archiveCommand(command.command('oci').argument('<path>', archiveTexts.layout[lang]), 'oci', lang, running);
  const docker = command.command('docker-archive').argument('<file>', archiveTexts.archive[lang]);
  archiveCommand(docker, 'docker-archive', lang, running);
}

function archiveCommand(
  command: Command,
  kind: 'oci' | 'docker-archive',
  lang: Language,
  running: Running,
): void {
  const text = kind === 'oci' ? archiveTexts.importOci : archiveTexts.importDocker;
  withServerFlags(command.description(text[lang]), lang)
    .option('--to <name>', archiveTexts.to[lang])
    .option('--dry-run', archiveTexts.dryRun[lang])
    .action(running(async (...call) => (await import('./archive.ts')).importArchiveCommand(kind, ...call)));
}
