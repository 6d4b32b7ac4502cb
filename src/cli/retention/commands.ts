import { inUseCommands } from '../in-use/commands.ts';
import { type Making, verb } from '../rest/making.ts';
import { restTexts } from '../rest/text.ts';
import { retentionTexts } from './text.ts';

/** `berth retention preview|compare|apply|default`, and of what it leaves alone */
export function retentionCommands(making: Making): void {
  const { program, lang } = making;
  const retention = () => import('./retention.ts');
  program.command('retention').description(retentionTexts.retention[lang]);
  verb(making, 'retention preview', retentionTexts.preview, async (...call) =>
    (await retention()).previewRetention(...call),
  )
    .argument('<project>', retentionTexts.project[lang])
    .option('--policy <file>', retentionTexts.policy[lang])
    .option('--all', retentionTexts.kept[lang]);
  verb(making, 'retention compare', retentionTexts.compare, async (...call) =>
    (await retention()).compareRetention(...call),
  )
    .argument('<project>', retentionTexts.project[lang])
    .argument('<file>', retentionTexts.other[lang])
    .option('--policy <file>', retentionTexts.policy[lang]);
  verb(making, 'retention apply', retentionTexts.apply, async (...call) =>
    (await retention()).applyRetention(...call),
  )
    .argument('<project>', retentionTexts.project[lang])
    .argument('<plan>', retentionTexts.plan[lang])
    .option('--yes', restTexts.yes[lang]);
  verb(making, 'retention default', retentionTexts.default, async (cli, flags) =>
    (await import('./default-retention.ts')).defaultRetention(cli, flags),
  )
    .option('--set <file>', retentionTexts.set[lang])
    .option('--remove', retentionTexts.remove[lang])
    .option('--yes', restTexts.yes[lang]);
  inUseCommands(making);
}
