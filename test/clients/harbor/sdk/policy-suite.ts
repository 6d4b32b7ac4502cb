import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { imageOf } from '../../../harness/image.ts';
import { retentionPolicy, retentionRule } from '../../../harness/retention.ts';
import type { BerthServer } from '../../../harness/start-server.ts';
import { waitUntil } from '../../../harness/wait-until.ts';
import { WebhookReceiver } from '../../../harness/webhook-receiver.ts';
import { bound, type Created, expectList, idOf, pagesOf } from './lists.ts';
import type { SdkDriver } from './sdk-driver.ts';

type Values = Readonly<Record<string, unknown>>;

/** By which artifacts stay or go, and who is told of what happens. The server may send to addresses of this machine. */
export async function policyTests(driver: SdkDriver, server: BerthServer): Promise<void> {
  retentionTests(driver, server);
  const receiver = await WebhookReceiver.start();
  after(() => receiver[Symbol.asyncDispose]());
  webhookTests(driver, server, receiver);
}

interface Policy {
  readonly id: number;
  readonly rules: readonly (Values & { readonly params: Readonly<Record<string, number>> })[];
  readonly trigger: { readonly settings: { readonly cron: string } };
  readonly scope: { readonly ref: number };
}

function retentionTests(driver: SdkDriver, server: BerthServer): void {
  const { call, refused } = bound(driver);
  const admin = server.client();
  const repositories = ['kept/app', 'kept/db', 'kept/web'];
  const tagsOf = async (): Promise<string[][]> =>
    Promise.all(repositories.map(async (name) => (await admin.tags(name)).toSorted()));
  let project = 0;
  let id = 0;

  test('what a policy of retention may be made of is read', async () => {
    type Metadata = {
      templates: { rule_template: string }[];
      tag_selectors: object[];
      scope_selectors: object[];
    };
    const {
      templates,
      tag_selectors: tags,
      scope_selectors: scopes,
    } = await call<Metadata>('getRentenitionMetadata');
    const names = templates.map(({ rule_template: name }) => name);
    for (const name of [
      'latestPushedK',
      'latestPulledN',
      'nDaysSinceLastPush',
      'nDaysSinceLastPull',
      'always',
    ])
      assert.ok(names.includes(name), name);
    assert.ok(tags.length > 0 && scopes.length > 0);
  });

  test('a policy of retention is created, read, changed', async () => {
    await call('createProject', { project: { project_name: 'kept', metadata: { public: 'false' } } });
    const at = { project_name_or_id: 'kept' };
    project = (await call<{ project_id: number }>('getProject', at)).project_id;
    for (const name of repositories)
      for (const tag of ['v1', 'v2', 'v3'])
        await admin.pushImage(name, tag, imageOf({ seed: `${name}:${tag}` }));
    const policy = retentionPolicy(project, [retentionRule({ template: 'latestPushedK', n: 3 })]);
    id = idOf(await call<Created>('createRetention', { policy }));
    const { metadata } = await call<{ metadata: { retention_id: string } }>('getProject', at);
    assert.equal(metadata.retention_id, String(id));
    const read = await call<Policy>('getRetention', { id });
    assert.deepEqual([read.id, read.scope.ref, read.rules[0]?.params], [id, project, { latestPushedK: 3 }]);
    const [rule] = read.rules;
    await call('updateRetention', {
      id,
      policy: {
        ...read,
        rules: [{ ...rule, params: { latestPushedK: 2 } }],
        trigger: { kind: 'Schedule', references: {}, settings: { cron: '0 0 0 * * *' } },
      },
    });
    const changed = await call<Policy>('getRetention', { id });
    assert.deepEqual(
      [changed.rules.map(({ params }) => params), changed.trigger.settings.cron],
      [[{ latestPushedK: 2 }], '0 0 0 * * *'],
    );
    assert.equal((await refused('createRetention', { policy })).status, 400);
    assert.equal((await refused('getRetention', { id: 4711 })).status, 404);
  });

  interface Run {
    readonly id: number;
    readonly status: string;
    readonly dry_run?: boolean;
  }
  const runs = (): Promise<readonly Run[]> =>
    pagesOf(driver, 'listRetentionExecutions', { id }) as unknown as Promise<readonly Run[]>;
  const start = async (dryRun: boolean): Promise<number> =>
    idOf(await call<Created>('triggerRetentionExecution', { id, body: { dry_run: dryRun } }));
  const ended = (eid: number): Promise<Run> =>
    waitUntil(
      `run ${eid} has ended`,
      async () => (await runs()).find((run) => run.id === eid && run.status !== 'Running'),
      60_000,
    );

  test('a policy of retention is run, at first without any change: runs, tasks and logs are read', async () => {
    const [dry, real] = [await start(true), await start(false)];
    assert.deepEqual([(await ended(dry)).status, (await ended(real)).status], ['Success', 'Success']);
    const again = await start(false);
    await ended(again);
    const all = await runs();
    assert.deepEqual(
      all.map((run) => [run.id, run.dry_run ?? false]),
      [
        [again, false],
        [real, false],
        [dry, true],
      ],
    );
    assert.deepEqual(
      await tagsOf(),
      repositories.map(() => ['v2', 'v3']),
    );
    const tasks = await pagesOf(driver, 'listRetentionTasks', { id, eid: real });
    assert.deepEqual(
      tasks
        .map((task) => [task['repository'], task['status'], task['total'], task['retained']])
        .toSorted(([a], [b]) => String(a).localeCompare(String(b))),
      ['app', 'db', 'web'].map((name) => [name, 'Success', 3, 2]),
    );
    const tid = Number(tasks[0]?.['id']);
    assert.match(await call<string>('getRetentionTaskLog', { id, eid: real, tid }), /\bv1\b.*\bDEL\b/s);
    await call('operateRetentionExecution', { id, eid: real, body: { action: 'stop' } });
    assert.equal((await refused('listRetentionTasks', { id, eid: 4711 })).status, 404);
  });

  test('a policy of retention is deleted', async () => {
    await call('deleteRetention', { id });
    assert.equal((await refused('getRetention', { id })).status, 404);
  });
}

interface Hook {
  readonly id: number;
  readonly name: string;
  readonly enabled: boolean;
  readonly event_types: readonly string[];
  readonly targets: readonly Values[];
}

function webhookTests(driver: SdkDriver, server: BerthServer, receiver: WebhookReceiver): void {
  const { call, refused } = bound(driver);
  const admin = server.client();
  const at = { project_name_or_id: 'telling' };
  const hook = (name: string, more: Values = {}): Values => ({
    name,
    description: `of ${name}`,
    enabled: true,
    event_types: ['PUSH_ARTIFACT', 'DELETE_ARTIFACT'],
    targets: [
      { type: 'http', address: receiver.at(`/${name}`), auth_header: 'Bearer 7', skip_cert_verify: false },
    ],
    ...more,
  });
  const read = (id: number): Promise<Hook> =>
    call<Hook>('GetWebhookPolicyOfProject', { ...at, webhook_policy_id: id });
  const ids: number[] = [];

  test('what webhooks can be told of is read', async () => {
    await call('createProject', { project: { project_name: 'telling', metadata: { public: 'false' } } });
    const types = await call<{ event_type: string[]; notify_type: string[] }>('GetSupportedEventTypes', at);
    for (const type of ['PUSH_ARTIFACT', 'TAG_RETENTION']) assert.ok(types.event_type.includes(type), type);
    for (const type of ['http', 'slack']) assert.ok(types.notify_type.includes(type), type);
  });

  test('webhooks are created, listed, read, changed and deleted', async () => {
    for (const name of ['builds', 'chat', 'audit'])
      ids.push(idOf(await call<Created>('CreateWebhookPolicyOfProject', { ...at, policy: hook(name) })));
    const [builds = 0, chat = 0, audit = 0] = ids;
    await expectList(driver, {
      operation: 'ListWebhookPoliciesOfProject',
      given: at,
      by: 'name',
      all: ['audit', 'chat', 'builds'],
      filter: [{ q: 'name=~a' }, ['audit', 'chat']],
      sort: ['name', ['audit', 'builds', 'chat']],
    });
    const shown = await read(builds);
    assert.deepEqual(
      [shown.name, shown.event_types, shown.targets[0]?.['auth_header']],
      ['builds', ['PUSH_ARTIFACT', 'DELETE_ARTIFACT'], 'Bearer 7'],
    );
    const policy = { ...shown, event_types: ['PUSH_ARTIFACT'] };
    await call('UpdateWebhookPolicyOfProject', { ...at, webhook_policy_id: builds, policy });
    const changed = await read(builds);
    assert.deepEqual([changed.event_types, changed.targets], [['PUSH_ARTIFACT'], shown.targets]);
    for (const id of [chat, audit])
      await call('DeleteWebhookPolicyOfProject', { ...at, webhook_policy_id: id });
    assert.equal(
      (await refused('GetWebhookPolicyOfProject', { ...at, webhook_policy_id: chat })).status,
      404,
    );
    const policyless = hook('none', { event_types: [] });
    assert.equal((await refused('CreateWebhookPolicyOfProject', { ...at, policy: policyless })).status, 400);
  });

  test('what a webhook was told of is listed, and when', async () => {
    const [id = 0] = ids;
    for (const tag of ['v1', 'v2', 'v3'])
      await admin.pushImage('telling/app', tag, imageOf({ seed: `telling ${tag}` }));
    assert.equal((await receiver.until('/builds', 3)).length, 3);
    const jobs = (): Promise<readonly Values[]> =>
      pagesOf(driver, 'ListWebhookJobs', { ...at, policy_id: id });
    const all = await waitUntil(
      'each is known to be sent',
      async () => {
        const rows = await jobs();
        return rows.length === 3 && rows.every(({ status }) => status === 'Success') && rows;
      },
      60_000,
    );
    for (const row of all)
      assert.deepEqual(
        [row['policy_id'], row['event_type'], row['notify_type']],
        [id, 'PUSH_ARTIFACT', 'http'],
      );
    const [last] = await call<Values[]>('LastTrigger', at);
    assert.deepEqual(
      [last?.['policy_name'], last?.['event_type'], last?.['enabled']],
      ['builds', 'PUSH_ARTIFACT', true],
    );
    assert.ok(Date.parse(String(last?.['last_trigger_time'])) > 0);
    if (driver.sdk.lacks.includes('ListExecutionsOfWebhookPolicy')) return;
    await executionsAreRead(id);
  });

  async function executionsAreRead(id: number): Promise<void> {
    const of = { ...at, webhook_policy_id: id };
    const executions = await pagesOf(driver, 'ListExecutionsOfWebhookPolicy', of);
    assert.equal(executions.length, 3);
    const [first] = executions;
    assert.deepEqual(
      [first?.['vendor_type'], first?.['vendor_id'], first?.['status']],
      ['WEBHOOK', id, 'Success'],
    );
    const one = { ...of, execution_id: first?.['id'] };
    const [task, ...others] = await pagesOf(driver, 'ListTasksOfWebhookExecution', one);
    assert.deepEqual([task?.['status'], others], ['Success', []]);
    assert.match(
      await call<string>('GetLogsOfWebhookTask', { ...one, task_id: task?.['id'] }),
      /POST http:\/\/127\.0\.0\.1:\d+, \d+ ms: 200/,
    );
    assert.equal(
      (await refused('ListTasksOfWebhookExecution', { ...of, execution_id: 471_147 })).status,
      404,
    );
  }
}
