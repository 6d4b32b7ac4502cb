import { setTimeout as delay } from 'node:timers/promises';
import type { Args } from '../action.ts';
import { type Cli, type Flags, print } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { hasEnded, type Job, pathOfJob } from './job.ts';
import { tellEnd } from './watch.ts';

const askEveryMs = 1000;

/** Prints what a job logs until it has ended; the exit code says how. */
export async function followJobLog(cli: Cli, flags: Flags, args: Args): Promise<number> {
  const path = pathOfJob(args);
  const client = await restClient(cli, flags);
  let shown: readonly string[] = [];
  let seen = '';
  for (;;) {
    const job = await client.get<Job>(path);
    if (job.update_time !== seen || hasEnded(job)) {
      seen = job.update_time;
      const { text } = await client.call('GET', `${path}/log`, undefined, { Accept: 'text/plain' });
      // Whoever wrote a line is not trusted by the terminal.
      const lines = text
        .replace(/[^\P{C}\n]/gu, ' ')
        .split('\n')
        .slice(0, -1);
      for (const line of linesBehind(shown, lines)) print(line);
      shown = lines;
    }
    if (hasEnded(job)) return tellEnd(cli, job);
    await delay(askEveryMs);
  }
}

/** Of a very long log the middle goes: then it is gone on behind the last line that is known. */
export function linesBehind(shown: readonly string[], lines: readonly string[]): readonly string[] {
  const last = shown.at(-1);
  if (last === undefined || lines[shown.length - 1] === last) return lines.slice(shown.length);
  return lines.slice(lines.lastIndexOf(last) + 1);
}
