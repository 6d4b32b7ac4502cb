import type { Command } from 'commander';
import type { Action } from '../action.ts';
import { type Making, verb } from '../rest/making.ts';
import { restTexts } from '../rest/text.ts';
import { trashTexts } from './text.ts';

/** `berth trash list|show|restore|purge|empty|blocked|unblock` */
export function trashCommands(making: Making): void {
  const { program, lang } = making;
  const trash = () => import('./trash.ts');
  program.command('trash').description(trashTexts.trash[lang]);
  const yes = ['--yes', restTexts.yes[lang]] as const;
  const one = (name: string, text: keyof typeof trashTexts, action: Action): Command =>
    verb(making, `trash ${name}`, trashTexts[text], action).argument('<id>', trashTexts.id[lang]);
  verb(making, 'trash list', trashTexts.list, async (cli, flags) => (await trash()).listTrash(cli, flags))
    .option('-p, --project <name>', trashTexts.project[lang])
    .option('--repository <name>', trashTexts.repository[lang])
    .option('--kind <kind>', trashTexts.kind[lang]);
  one('show', 'show', async (...call) => (await trash()).showTrash(...call));
  one('restore', 'restore', async (...call) => (await trash()).restoreTrash(...call)).option(
    '--with-needed',
    trashTexts.withNeeded[lang],
  );
  one('purge', 'purge', async (...call) => (await trash()).purgeTrash(...call))
    .option('--block', trashTexts.block[lang])
    .option(...yes);
  verb(making, 'trash empty', trashTexts.empty, async (cli, flags) => (await trash()).emptyTrash(cli, flags))
    .option('-p, --project <name>', trashTexts.project[lang])
    .option('--repository <name>', trashTexts.repository[lang])
    .option('--kind <kind>', trashTexts.kind[lang])
    .option(...yes);
  const blocked = () => import('./blocked.ts');
  verb(making, 'trash blocked', trashTexts.blocked, async (cli, flags) =>
    (await blocked()).listBlocked(cli, flags),
  );
  verb(making, 'trash unblock', trashTexts.unblock, async (...call) =>
    (await blocked()).unblockDigest(...call),
  )
    .argument('<digest>', trashTexts.digest[lang])
    .option(...yes);
}
