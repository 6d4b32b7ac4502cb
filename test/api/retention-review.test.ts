// Runs of retention by schedule that somebody has to see first.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { imageOf } from '../harness/image.ts';
import { jsonOf, makeProject } from '../harness/rest.ts';
import { makePolicy, type RunShown, retentionRule, runPolicy, runsOf } from '../harness/retention.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const cron = { trigger: { kind: 'Schedule', settings: { cron: '0 0 0 1 1 *' } } };

const push = (project: string, no: number): Promise<unknown> =>
  admin.pushImage(`${project}/app`, `v${no}`, imageOf({ seed: `${project} ${no}` }));

/** A project with so many tags, all of which its policy keeps; it was run by hand, and one tag came since. */
async function reviewed(project: string, kept: number): Promise<number> {
  const id = await makeProject(admin, project);
  for (let no = 1; no <= kept; no += 1) await push(project, no);
  const policy = await makePolicy(admin, id, [retentionRule({ template: 'latestPushedK', n: kept })], cron);
  assert.equal((await runPolicy(admin, policy)).run.status, 'Success');
  await push(project, kept + 1);
  return policy;
}

async function byItself(policy: number): Promise<RunShown> {
  return waitUntil(
    'it ran by schedule',
    async () =>
      (await runsOf(admin, policy)).find(
        ({ trigger, status }) => trigger === 'SCHEDULE' && status !== 'Running',
      ),
    60_000,
  );
}

const inTrash = async (project: string): Promise<number> =>
  jsonOf<object[]>(await admin.get(`/api/berth/v1/trash?q=project=${project}`)).length;

test('a run by schedule that drops over 20 % of the tags, or one that was pulled lately, stops; another one does not', async () => {
  const [many, pulled, few] = [
    await reviewed('many', 3),
    await reviewed('pulled', 9),
    await reviewed('few', 9),
  ];
  await admin.pullImage('pulled/app', 'v1', imageOf({ seed: 'pulled 1' }));
  await server.stop();
  const db = new DatabaseSync(join(server.data, 'berth.db'));
  db.exec(`update schedule set next_at = 1000 where vendor_type = 'RETENTION'`);
  db.close();
  await server.restart();
  const stopped = await byItself(many);
  assert.equal(stopped.status, 'Stopped');
  assert.match(stopped.needs_review ?? '', /it would drop 1 of 4 tags, which is more than 20 %$/);
  const other = await byItself(pulled);
  assert.equal(other.status, 'Stopped');
  assert.match(other.needs_review ?? '', /it would drop 1 tags that were pulled within the last 7 days$/);
  assert.equal((await byItself(few)).status, 'Success');
  assert.deepEqual([await inTrash('many'), await inTrash('pulled'), await inTrash('few')], [0, 0, 1]);
});
