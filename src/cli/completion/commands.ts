import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { completionTexts } from './text.ts';

/** `berth completion …` */
export function completionCommands(program: Command, lang: Language, running: Running): void {
  const completion = program.command('completion').description(completionTexts.completion[lang]);
  for (const shell of ['bash', 'zsh', 'fish'] as const)
    completion
      .command(shell)
      .exitOverride()
      .description(completionTexts[shell][lang])
      .action(running(async () => (await import('./complete.ts')).printScript(shell)));
  completion
    .command('words', { hidden: true })
    .exitOverride()
    .description(completionTexts.words[lang])
    .argument('<line>', completionTexts.line[lang])
    .action(running(async (...call) => (await import('./complete.ts')).complete(program, ...call)));
}
