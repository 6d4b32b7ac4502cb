// What a syslog server gets: rsyslog itself where it is installed, else a receiver of the test. The server is killed in
// the middle of it.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { freePorts } from '../harness/free-ports.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { whenTheTestEnds } from '../harness/when-the-test-ends.ts';

const rsyslog = '/usr/sbin/rsyslogd';
const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();

/** What a receiver has written down, a message a line. */
interface Receiver {
  readonly port: number;
  lines(): readonly string[];
  stop(): Promise<void>;
  start(): Promise<void>;
}

function overRsyslog(port: number): Receiver {
  const folder = temporaryFolder();
  const [file, config] = [join(folder, 'received'), join(folder, 'rsyslog.conf')];
  writeFileSync(
    config,
    `module(load="imtcp")
template(name="line" type="string" string="%pri%|%protocol-version%|%timestamp:::date-rfc3339%|%hostname%|%app-name%|%msgid%|%structured-data%|%msg%\\n")
input(type="imtcp" address="127.0.0.1" port="${port}" ruleset="all")
ruleset(name="all") { action(type="omfile" file="${file}" template="line" asyncWriting="off" flushOnTXEnd="on") }
`,
  );
  let child: ChildProcess | undefined;
  whenTheTestEnds(() => child?.kill('SIGKILL'));
  return {
    port,
    lines: () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []),
    start: async () => {
      child = spawn(rsyslog, ['-n', '-f', config, '-i', join(folder, 'pid')], { stdio: 'ignore' });
      await waitUntil('rsyslog listens', () => canConnect(port));
    },
    stop: async () => {
      const ended = child === undefined ? undefined : once(child, 'exit');
      child?.kill('SIGTERM');
      await ended;
    },
  };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function label(no: number): Promise<void> {
  expectStatus(await sendJson(admin, 'POST', '/api/v2.0/labels', { name: `label-${no}`, scope: 'g' }), 201);
}

/** The numbers of the labels whose making was told. */
function told(lines: readonly string[]): number[] {
  return lines.flatMap((line) => {
    const [, no] = line.includes('label.created') ? (/label-(\d+)/.exec(line) ?? []) : [];
    return no === undefined ? [] : [Number(no)];
  });
}

test('rsyslog gets each event in the form of RFC 5424, in order, whatever is killed meanwhile', {
  skip: existsSync(rsyslog) ? false : 'needs Debian’s rsyslog',
}, async (t) => {
  const [port = 0] = await freePorts(1);
  const receiver = overRsyslog(port);
  t.after(() => receiver.stop());
  await receiver.start();
  const endpoint = `tcp://127.0.0.1:${port}`;
  expectStatus(
    await sendJson(admin, 'PUT', '/api/v2.0/configurations', { audit_log_forward_endpoint: endpoint }),
    200,
  );
  await makeProject(admin, 'told');
  for (let no = 1; no <= 20; no += 1) await label(no);
  await waitUntil('twenty', () => (told(receiver.lines()).length >= 20 ? true : undefined), 60_000);
  const project = receiver.lines().find((line) => line.includes('project.created')) ?? '';
  const [pri, version, , , app, msgId, data, text] = project.split('|');
  assert.deepEqual([pri, version, app, msgId], ['110', '1', 'berth', 'project.created']);
  assert.match(data ?? '', /^\[berth@32473 id="\d+" actor="user:1" username="admin" operation="create" /);
  assert.match(data ?? '', / object="told" .*address="127\.0\.0\.1" .*requestId="/);
  assert.match(text ?? '', /admin: create project: told$/);

  // The server dies with rows that nobody has sent.
  await receiver.stop();
  for (let no = 21; no <= 40; no += 1) await label(no);
  await server.kill();
  await server.restart();
  for (let no = 41; no <= 45; no += 1) await label(no);
  await receiver.start();
  await waitUntil('all', () => (told(receiver.lines()).includes(45) ? true : undefined), 90_000);
  // The server dies in the middle of sending.
  for (let no = 46; no <= 60; no += 1) await label(no);
  await server.kill();
  await server.restart();
  await label(61);
  await waitUntil('all', () => (told(receiver.lines()).includes(61) ? true : undefined), 90_000);
  const all = told(receiver.lines());
  assert.deepEqual(
    [...new Set(all)],
    Array.from({ length: 61 }, (_, at) => at + 1),
    'nothing lost, in order',
  );
  t.diagnostic(`${all.length} messages of 61 labels`);
});

test('an event that waits for too long is told in the health and the metrics', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  silent.close();
  expectStatus(
    await sendJson(admin, 'PUT', '/api/v2.0/configurations', {
      audit_log_forward_endpoint: `127.0.0.1:${port}`,
    }),
    200,
  );
  await label(100);
  const metrics = (await admin.get('/metrics')).body.toString();
  assert.match(metrics, /^berth_audit_forward_waiting \d*[1-9]\d*$/m);
  assert.match(metrics, /^berth_audit_forward_lag_seconds \d/m);
  const { components } = jsonOf<{ components: { name: string }[] }>(await admin.get('/api/v2.0/health'));
  assert.ok(!components.some(({ name }) => name === 'auditforward'), 'not yet late');
});
