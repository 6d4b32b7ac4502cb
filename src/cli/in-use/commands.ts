import { type Making, verb } from '../rest/making.ts';
import { restTexts } from '../rest/text.ts';
import { inUseTexts } from './text.ts';
import { watchTexts } from './watch/text.ts';

/** `berth inuse list|import|watch|remove` */
export function inUseCommands(making: Making): void {
  const { program, lang } = making;
  const inUse = () => import('./import-in-use.ts');
  program.command('inuse').description(inUseTexts.inUse[lang]);
  verb(making, 'inuse list', inUseTexts.list, async (cli, flags) => (await inUse()).listInUse(cli, flags));
  verb(making, 'inuse import', inUseTexts.import, async (...call) => (await inUse()).importInUse(...call))
    .argument('<cluster>', inUseTexts.cluster[lang])
    .option('-f, --file <file>', inUseTexts.file[lang])
    .option('--hours <number>', inUseTexts.hours[lang], '24');
  verb(making, 'inuse watch', watchTexts.watch, async (cli, flags) =>
    (await import('./watch/watch-in-use.ts')).watchInUse(cli, flags),
  )
    .option('--kubeconfig <file>', watchTexts.kubeconfig[lang])
    .option('--cluster <name>', watchTexts.cluster[lang], 'kubernetes')
    .option('--registry <host>', watchTexts.registry[lang])
    .option('--interval <minutes>', watchTexts.interval[lang], '60')
    .option('--once', watchTexts.once[lang])
    .option('--hours <number>', inUseTexts.hours[lang], '24');
  verb(making, 'inuse remove', inUseTexts.remove, async (...call) => (await inUse()).removeInUse(...call))
    .argument('<cluster>', inUseTexts.cluster[lang])
    .option('--yes', restTexts.yes[lang]);
}
