import type { Command } from 'commander';
import type { Language } from '../../lib/text/language.ts';
import type { Running } from '../action.ts';
import { withRestFlags } from '../rest/rest-client.ts';
import { jobTexts } from './text.ts';

/** `berth job list|watch|logs|cancel|retry` */
export function jobCommands(program: Command, lang: Language, running: Running): void {
  const job = program.command('job').description(jobTexts.job[lang]);
  const verb = (name: 'list' | 'watch' | 'logs' | 'cancel' | 'retry'): Command =>
    withRestFlags(job.command(name).description(jobTexts[name][lang]), lang);
  const one = (name: 'watch' | 'logs' | 'cancel' | 'retry'): Command =>
    verb(name).argument('<id>', jobTexts.id[lang]);
  const jobs = () => import('./jobs.ts');
  verb('list')
    .option('--kind <kind>', jobTexts.kind[lang])
    .option('--status <status>', jobTexts.status[lang])
    .option('--limit <number>', jobTexts.limit[lang], '20')
    .action(running(async (cli, flags) => (await jobs()).listJobs(cli, flags)));
  one('watch').action(running(async (...call) => (await import('./watch.ts')).watchJob(...call)));
  one('logs')
    .option('-f, --follow', jobTexts.follow[lang])
    .action(
      running(async (cli, flags, args) =>
        flags['follow'] === true
          ? (await import('./follow-job-log.ts')).followJobLog(cli, flags, args)
          : (await jobs()).printJobLog(cli, flags, args),
      ),
    );
  one('cancel').action(running(async (...call) => (await jobs()).cancelJob(...call)));
  one('retry').action(running(async (...call) => (await jobs()).retryJob(...call)));
}
