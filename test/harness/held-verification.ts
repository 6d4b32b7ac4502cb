import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changedSource } from './changed-source.ts';
import { expectStatus, type RegistryClient } from './registry-client.ts';
import { jsonOf, sendJson } from './rest.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitUntil } from './wait-until.ts';

export const jobs = '/api/berth/v1/jobs';
export const verifications = '/api/berth/v1/storage/verifications';

export interface Job {
  readonly id: number;
  readonly kind: string;
  readonly status: string;
  readonly trigger: string;
  readonly status_message?: string;
  readonly run_count: number;
  readonly progress?: { readonly done: number; readonly total: number; readonly unit: string };
  readonly result: Readonly<Record<string, number>>;
  readonly execution: { readonly status: string; readonly metrics: Readonly<Record<string, number>> };
}

/** Storage verifications of servers that a test starts, held in the middle of a long step for as long as it wants. */
export class HeldVerification {
  readonly #file = join(temporaryFolder(), 'hold');
  /** Of a server that is held; another one verifies as ever. */
  readonly env = changedSource([
    {
      module: 'features/verify/verification-job',
      find: 'const { hashPercent, repair } = input;',
      replace: `const { hashPercent, repair } = input;
        for (const fs = await import('node:fs'); fs.existsSync(${JSON.stringify(this.#file)}); ) {
          signal.throwIfAborted();
          log('held in the middle');
          progress({ done: 1, total: 4, unit: 'blobs', bytes: { done: 1024, total: 4096 } });
          await new Promise((resolve) => setTimeout(resolve, 50));
        }`,
    },
  ]);

  hold(): void {
    writeFileSync(this.#file, '');
  }

  release(): void {
    rmSync(this.#file, { force: true });
  }
}

export async function jobOf(client: RegistryClient, id: number): Promise<Job> {
  return jsonOf<Job>(await client.get(`${jobs}/${id}`));
}

/** Returns the job's id. */
export async function startVerification(client: RegistryClient, body: object = {}): Promise<number> {
  const answer = await sendJson(client, 'POST', verifications, body);
  expectStatus(answer, 202);
  return jsonOf<{ job_id: number }>(answer, 202).job_id;
}

export function hasStatus(client: RegistryClient, id: number, status: string): Promise<Job> {
  return waitUntil(
    `job ${id} is ${status}`,
    async () => {
      const job = await jobOf(client, id);
      return job.status === status && job;
    },
    60_000,
  );
}
