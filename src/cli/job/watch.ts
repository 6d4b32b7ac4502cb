import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { ProgressBar, progressText } from '../progress-bar.ts';
import { restClient } from '../rest/rest-client.ts';
import { hasEnded, type Job, pathOfJob } from './job.ts';
import { jobTexts } from './text.ts';

const askEveryMs = 1000;

/** Until it has ended; the exit code says how. */
export async function watchJob(cli: Cli, flags: Flags, args: Args): Promise<number> {
  const path = pathOfJob(args);
  const client = await restClient(cli, flags);
  const bar = ProgressBar.onStandardError();
  const line = createLine(cli);
  try {
    for (;;) {
      const job = await client.get<Job>(path);
      if (hasEnded(job)) {
        bar.clear();
        return tellEnd(cli, job);
      }
      bar.show(line(job));
      await delay(askEveryMs);
    }
  } finally {
    bar.clear();
  }
}

export function tellEnd(cli: Cli, { id, status, status_message: message }: Job): number {
  const said = message === undefined ? jobTexts.ended : jobTexts.endedSaying;
  note(say(cli, said, { id, status, message: (message ?? '').replace(/\p{C}/gu, ' ') }));
  if (status === 'Success') return exitCodes.done;
  return status === 'Error' ? exitCodes.problemsFound : exitCodes.failed;
}

/** The rate is that of the time since it was first looked at. */
function createLine(cli: Cli): (job: Job) => string {
  let first: { readonly done: number; readonly at: number } | undefined;
  return ({ id, status, progress }) => {
    if (progress === undefined)
      return say(cli, status === 'Running' ? jobTexts.runs : jobTexts.waits, { id });
    const { bytes, unit } = progress;
    const { done, total } = bytes ?? progress;
    // A run that was begun again has less than was seen before.
    if (first === undefined || done < first.done) first = { done, at: performance.now() };
    const amount = { done, total, before: first.done, elapsedMs: performance.now() - first.at };
    const format = bytes === undefined ? (count: number): string => `${count} ${unit}` : formatBytes;
    return progressText(amount, format, cli.lang);
  };
}
