// Background work as an operator sees it: storage verification as a job, its progress, log, end and beginning anew.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const jobs = '/api/berth/v1/jobs';
const verifications = '/api/berth/v1/storage/verifications';

interface Job {
  readonly id: number;
  readonly kind: string;
  readonly status: string;
  readonly status_message?: string;
  readonly run_count: number;
  readonly progress?: { readonly done: number; readonly total: number; readonly unit: string };
  readonly result: Readonly<Record<string, number>>;
  readonly execution: { readonly status: string; readonly metrics: Readonly<Record<string, number>> };
}

const jobOf = async (id: number): Promise<Job> => jsonOf<Job>(await admin.get(`${jobs}/${id}`));
const isOver = ({ status }: Job): boolean => ['Success', 'Error', 'Stopped'].includes(status);

async function start(body: object = {}): Promise<number> {
  const answer = await sendJson(admin, 'POST', verifications, body);
  const { job_id: id } = jsonOf<{ job_id: number }>(answer, 202);
  assert.equal(answer.headers.location, `${jobs}/${id}`);
  return id;
}

const ended = (id: number): Promise<Job> =>
  waitUntil('the job has ended', async () => {
    const job = await jobOf(id);
    return isOver(job) && job;
  });

test('a verification runs as a job: its result, progress, log and execution are there', async () => {
  const image = imageOf({ seed: 'jobs', layers: [100_000] });
  await admin.pushImage('jobs', 'v1', image);
  const job = await ended(await start({ hash_percent: 100 }));
  assert.equal(job.status, 'Success', String(job.status_message));
  assert.deepEqual([job.kind, job.run_count], ['STORAGE_VERIFICATION', 1]);
  assert.deepEqual([job.result['blobs'], job.result['missing'], job.result['hashedBlobs']], [2, 0, 2]);
  assert.equal(job.progress?.done, job.progress?.total);
  assert.deepEqual(job.execution.metrics, { task_count: 1, success_task_count: 1 });
  assert.equal(job.execution.status, 'Success');
  const log = await admin.get(`${jobs}/${job.id}/log`);
  expectStatus(log, 200);
  assert.match(String(log.headers['content-type']), /^text\/plain/);
  assert.match(log.body.toString(), /^\d{4}-\S+Z compares database and storage; reads 100 % /);
});
