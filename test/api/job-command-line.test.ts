// `berth job`: what an operator sees and does on the command line.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { berth, launcher } from '../harness/berth-command.ts';
import { HeldVerification, hasStatus, jobOf, startVerification } from '../harness/held-verification.ts';
import { noPseudoTerminal, PseudoTerminal } from '../harness/pseudo-terminal.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const held = new HeldVerification();
const server = await BerthServer.start({ env: held.env });
after(() => server[Symbol.asyncDispose]());
const admin = server.client();

const job = (...args: readonly string[]) => berth(['job', ...args, '--data', server.data]);

async function heldJob(): Promise<number> {
  held.hold();
  const id = await startVerification(admin);
  await waitUntil('it is held', async () => (await jobOf(admin, id)).progress?.done === 1);
  return id;
}

test('berth job list: the newest first, with how far each is; filters; berth job logs: what it said', async () => {
  const first = await startVerification(admin);
  await hasStatus(admin, first, 'Success');
  const id = await heldJob();
  const shown = await job('list', '--kind', 'STORAGE_VERIFICATION');
  assert.equal(shown.code, 0, shown.stderr);
  const [header = '', newest = '', older = ''] = shown.stdout.split('\n');
  assert.match(header, /^ID\tKIND\tSTATUS\tPROGRESS\tTRIGGER\tCREATION_TIME$/);
  assert.match(newest, new RegExp(`^${id}\tSTORAGE_VERIFICATION\tRunning\t25%\tMANUAL\t`));
  assert.match(older, new RegExp(`^${first}\tSTORAGE_VERIFICATION\tSuccess\t100%\t`));
  const names = await job('list', '--status', 'Success', '--limit', '1', '-o', 'name');
  assert.deepEqual([names.code, names.stdout], [0, `${first}\n`]);
  await waitUntil('its log is there', async () =>
    (await job('logs', `${id}`)).stdout.includes('held in the middle'),
  );
  held.release();
  await hasStatus(admin, id, 'Success');
});

test('berth job cancel, retry, watch: the end is told, by the exit code, too', async () => {
  const id = await heldJob();
  const cancelled = await job('cancel', `${id}`);
  assert.deepEqual([cancelled.code, cancelled.stderr], [0, `job ${id} stops\n`]);
  const watched = await job('watch', `${id}`);
  assert.deepEqual([watched.code, watched.stderr], [1, `job ${id}: Stopped\n`]);
  held.release();
  const again = await job('retry', `${id}`);
  assert.deepEqual([again.code, again.stderr], [0, `job ${id} waits for its turn\n`]);
  const done = await job('watch', `${id}`);
  assert.deepEqual([done.code, done.stderr], [0, `job ${id}: Success\n`]);
  const refused = await job('retry', `${id}`);
  assert.equal(refused.code, 7);
  assert.match(refused.stderr, /cannot be begun again; only one that failed or was stopped/);
});

test('berth job logs --follow: what it says while it runs, each line once, until its end, which the exit code tells', async () => {
  const id = await heldJob();
  const following = job('logs', `${id}`, '--follow');
  await waitUntil('it has said something', async () =>
    (await job('logs', `${id}`)).stdout.includes('held in the middle'),
  );
  held.release();
  await hasStatus(admin, id, 'Success');
  const { code, stdout, stderr } = await following;
  assert.deepEqual([code, stderr], [0, `job ${id}: Success\n`]);
  assert.equal(stdout, (await job('logs', `${id}`)).stdout);
  const stopped = await heldJob();
  const cut = job('logs', `${stopped}`, '-f');
  await job('cancel', `${stopped}`);
  assert.equal((await cut).code, 1);
  held.release();
});

test('berth job watch: on a terminal a bar with bytes and their share', {
  skip: noPseudoTerminal() ?? false,
}, async () => {
  const id = await heldJob();
  const terminal = new PseudoTerminal(`${launcher} job watch ${id} --data ${server.data}`, {
    cwd: server.folder,
  });
  await terminal.shows(/\[#####·{15}\] {3}25% {2}1\.0 KiB \/ 4\.0 KiB/);
  held.release();
  await terminal.shows(new RegExp(`job ${id}: Success`));
  assert.equal(await terminal.ended, 0);
});

test('berth job: a number is needed, and one that there is; a wrong limit is refused', async () => {
  for (const verb of ['watch', 'logs', 'cancel', 'retry']) {
    const wrong = await job(verb, 'x');
    assert.deepEqual(
      [wrong.code, wrong.stderr],
      [2, 'berth: a job is named by its number; see: berth job list\n'],
    );
  }
  const none = await job('logs', '4711');
  assert.match(none.stderr, /there is no job 4711/);
  assert.notEqual(none.code, 0);
  assert.equal((await job('list', '--limit', '0')).code, 2);
});
