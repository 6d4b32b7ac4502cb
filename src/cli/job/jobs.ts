import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, print, say } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, showRows, textFlag } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { type Job, jobsPath, pathOfJob } from './job.ts';
import { jobTexts } from './text.ts';

export async function listJobs(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const limit = textFlag(flags, 'limit') ?? '';
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > 100)
    throw new WrongUsage(jobTexts.limitWrong);
  const query = new URLSearchParams({ page_size: limit });
  for (const name of ['kind', 'status']) {
    const value = textFlag(flags, name);
    if (value !== undefined) query.set(name, value);
  }
  const jobs = await (await restClient(cli, flags)).get<Job[]>(`${jobsPath}?${query.toString()}`);
  const rows = jobs.map((job) => ({ ...job, progress: shareOf(job) }));
  const columns = ['id', 'kind', 'status', 'progress', 'trigger', 'creation_time'];
  showRows(form, form.kind === 'table' ? rows : jobs.map((job) => ({ ...job })), {
    columns,
    more: ['run_count', 'status_message', 'start_time', 'end_time'],
  });
  return exitCodes.done;
}

function shareOf({ progress }: Job): string {
  if (progress === undefined) return '';
  const { done, total } = progress.bytes ?? progress;
  return total === 0 ? '100%' : `${Math.floor((100 * Math.min(done, total)) / total)}%`;
}

export async function printJobLog(cli: Cli, flags: Flags, args: Args): Promise<number> {
  const path = pathOfJob(args);
  const client = await restClient(cli, flags);
  const { text } = await client.call('GET', `${path}/log`, undefined, { Accept: 'text/plain' });
  // Whoever wrote a line is not trusted by the terminal.
  print(text.replace(/[^\P{C}\n]/gu, ' ').trimEnd());
  return exitCodes.done;
}

export function cancelJob(cli: Cli, flags: Flags, args: Args): Promise<number> {
  return act(cli, flags, { args, verb: 'cancel' });
}

export function retryJob(cli: Cli, flags: Flags, args: Args): Promise<number> {
  return act(cli, flags, { args, verb: 'retry' });
}

async function act(
  cli: Cli,
  flags: Flags,
  { args, verb }: { readonly args: Args; readonly verb: 'cancel' | 'retry' },
): Promise<number> {
  const path = pathOfJob(args);
  await (await restClient(cli, flags)).call('POST', `${path}/${verb}`);
  note(say(cli, verb === 'cancel' ? jobTexts.cancelled : jobTexts.retried, { id: args[0] ?? '' }));
  return exitCodes.done;
}
