import { setTimeout as delay } from 'node:timers/promises';
import type { RegistryClient } from '../../harness/registry-client.ts';
import { sendJson } from '../../harness/rest.ts';

export interface Collections {
  runs: number;
  blobs: number;
  bytes: number;
  readonly failed: string[];
}

const path = '/api/v2.0/system/gc';

interface Run {
  readonly job_status: string;
  readonly job_parameters: string;
}

/** Collects garbage, the trash included, one run behind the other, until told to end. */
export async function collectWithoutPause(
  client: () => RegistryClient,
  totals: Collections,
  { signal, mayFail }: { readonly signal: AbortSignal; readonly mayFail: () => boolean },
): Promise<void> {
  while (!signal.aborted) {
    try {
      const parameters = { purge_trash: true, workers: 2 };
      const begun = await sendJson(client(), 'POST', `${path}/schedule`, {
        schedule: { type: 'Manual' },
        parameters,
      });
      const location = String(begun.headers.location ?? '');
      const run = await ended(client, location, signal);
      if (run === undefined) continue;
      const told = JSON.parse(run.job_parameters) as { purged_blobs?: number; freed_space?: number };
      totals.runs += 1;
      totals.blobs += told.purged_blobs ?? 0;
      totals.bytes += told.freed_space ?? 0;
      if (run.job_status === 'Error') totals.failed.push(run.job_parameters);
    } catch (error) {
      if (!mayFail()) totals.failed.push(String(error));
      await delay(50);
    }
  }
}

async function ended(
  client: () => RegistryClient,
  location: string,
  signal: AbortSignal,
): Promise<Run | undefined> {
  for (;;) {
    const answer = await client().get(location);
    const run = JSON.parse(answer.body.toString()) as Run;
    if (!['Pending', 'Scheduled', 'Running'].includes(run.job_status)) return run;
    if (signal.aborted) return undefined;
    await delay(50);
  }
}
