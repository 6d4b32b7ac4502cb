import type { Command } from 'commander';
import type { Action } from '../action.ts';
import { type Making, verb } from '../rest/making.ts';
import { restTexts } from '../rest/text.ts';
import { tagTexts } from './text.ts';

/** `berth tag history|restore|protections|protect|unprotect` */
export function tagGuardCommands(making: Making): void {
  const { lang } = making;
  const history = () => import('./history.ts');
  const protections = () => import('./protections.ts');
  const tag = ['<reference>', restTexts.tagReference[lang]] as const;
  verb(making, 'tag history', tagTexts.history, async (...call) =>
    (await history()).tagHistory(...call),
  ).argument(...tag);
  verb(making, 'tag restore', tagTexts.restore, async (...call) => (await history()).restoreTag(...call))
    .argument(...tag)
    .option('--to <digest>', tagTexts.restoreTo[lang]);
  const rule = (name: string, text: keyof typeof tagTexts, action: Action): Command =>
    verb(making, `tag ${name}`, tagTexts[text], action).argument('<project>', restTexts.projectName[lang]);
  rule('protections', 'protections', async (...call) => (await protections()).listProtections(...call));
  rule('protect', 'protect', async (...call) => (await protections()).protectTags(...call))
    .argument('<pattern>', tagTexts.pattern[lang])
    .option('--repositories <pattern>', tagTexts.repositories[lang], '**')
    .option('--allow <who...>', tagTexts.allow[lang]);
  rule('unprotect', 'unprotect', async (...call) => (await protections()).unprotectTags(...call))
    .argument('<id>', tagTexts.ruleId[lang])
    .option('--yes', restTexts.yes[lang]);
}
