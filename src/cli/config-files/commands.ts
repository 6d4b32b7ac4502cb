import type { Command } from 'commander';
import type { Action } from '../action.ts';
import { type Making, verb } from '../rest/making.ts';
import { configFilesTexts } from './text.ts';

/** `berth config export|diff|apply` */
export function configFilesCommands(making: Making): void {
  const { lang } = making;
  const add = (name: 'export' | 'diff' | 'apply', action: Action): Command =>
    verb(making, `config ${name}`, configFilesTexts[name], action).option(
      '-f, --folder <folder>',
      configFilesTexts.folder[lang],
    );
  add('export', async (cli, flags) => (await import('./export.ts')).exportConfiguration(cli, flags))
    .option('-p, --project <name...>', configFilesTexts.project[lang])
    .option('--force', configFilesTexts.force[lang]);
  add('diff', async (cli, flags) => (await import('./diff.ts')).diffConfiguration(cli, flags));
  add('apply', async (cli, flags) => (await import('./apply.ts')).applyConfiguration(cli, flags))
    .option('-n, --dry-run', configFilesTexts.dryRun[lang])
    .option('--prune', configFilesTexts.prune[lang])
    .option('--secrets-file <file>', configFilesTexts.secretsFile[lang]);
}
