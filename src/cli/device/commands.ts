import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { withRestFlags } from '../rest/rest-client.ts';
import { restTexts } from '../rest/text.ts';
import { deviceTexts } from './text.ts';

/** `berth device …` */
export function deviceCommands(program: Command, lang: Language, running: Running): void {
  const device = program.command('device').description(deviceTexts.device[lang]);
  const verb = (name: 'approve' | 'deny'): Command =>
    withRestFlags(device.command(name).description(deviceTexts[name][lang]), lang).argument(
      '<code>',
      deviceTexts.code[lang],
    );
  verb('approve')
    .option('--yes', restTexts.yes[lang])
    .action(running(async (...call) => (await import('./approve-device.ts')).approveDevice(...call)));
  verb('deny').action(running(async (...call) => (await import('./approve-device.ts')).denyDevice(...call)));
}
