import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { BerthServer, password } from '../../../harness/start-server.ts';
import { type Planted, plantRights, snapshotOf } from './effective-rights.ts';
import { bound } from './lists.ts';
import { type Sdk, SdkDriver } from './sdk-driver.ts';

type Body = Readonly<Record<string, unknown>>;
type Call = SdkDriver['call'];

const team = { project_name_or_id: 'team' };
const repository = { project_name: 'team', repository_name: 'backend/api' };

/** Each reads an object and writes what it read, as a script would that changes one field of it. */
const echoes: Readonly<Record<string, (call: Call, planted: Planted) => Promise<unknown>>> = {
  'a project': async (call) => call('updateProject', { ...team, project: await call('getProject', team) }),
  'metadata of a project': async (call) => {
    // That one is set by its own operations.
    for (const [meta_name, value] of Object.entries(await call<Body>('listProjectMetadatas', team)))
      if (value !== null && meta_name !== 'retention_id')
        await call('updateProjectMetadata', { ...team, meta_name, metadata: { [meta_name]: value } });
  },
  'the profile of a user': async (call, { userIds }) => {
    for (const user_id of userIds)
      await call('updateUserProfile', { user_id, profile: await call('getUser', { user_id }) });
  },
  robots: async (call, { robots }) => {
    for (const { id: robot_id } of robots)
      await call('UpdateRobot', { robot_id, robot: await call('GetRobotByID', { robot_id }) });
  },
  'the roles of members': async (call) => {
    const members = await call<readonly Body[]>('listProjectMembers', { ...team, page_size: 100 });
    assert.equal(members.length, 5);
    for (const { id: mid } of members) {
      const role = await call('getProjectMember', { ...team, mid });
      await call('updateProjectMember', { ...team, mid, role });
    }
  },
  'a group': async (call, { groupId: group_id }) =>
    call('updateUserGroup', { group_id, usergroup: await call('getUserGroup', { group_id }) }),
  labels: async (call, { labelIds }) => {
    for (const label_id of labelIds)
      await call('UpdateLabel', { label_id, label: await call('GetLabelByID', { label_id }) });
  },
  'rules of immutable tags': async (call, { ruleIds }) => {
    const rules = await call<readonly Body[]>('ListImmuRules', team);
    assert.deepEqual(
      rules.map(({ id }) => id),
      ruleIds,
    );
    for (const rule of rules)
      await call('UpdateImmuRule', { ...team, immutable_rule_id: rule['id'], ImmutableRule: rule });
  },
  'a policy of retention': async (call, { retentionId: id }) =>
    call('updateRetention', { id, policy: await call('getRetention', { id }) }),
  'a webhook': async (call, { webhookId: webhook_policy_id }) => {
    const at = { ...team, webhook_policy_id };
    await call('UpdateWebhookPolicyOfProject', {
      ...at,
      policy: await call('GetWebhookPolicyOfProject', at),
    });
  },
  'a quota': async (call, { quotaId: id }) =>
    call('updateQuota', { id, hard: await call('getQuota', { id }) }),
  'the configuration': async (call) => {
    const shown =
      await call<Record<string, { value?: unknown; editable: boolean } | null>>('getConfigurations');
    const values = Object.entries(shown).flatMap(([key, item]) =>
      item === null || item.value === undefined ? [] : [[key, item.value] as const],
    );
    await call('updateConfigurations', { configurations: Object.fromEntries(values) });
  },
  'a repository': async (call) =>
    call('updateRepository', { ...repository, repository: await call('getRepository', repository) }),
  'the allowlist of the system': async (call) =>
    call('putSystemCVEAllowlist', { allowlist: await call('getSystemCVEAllowlist') }),
};

/** Reading and writing back with a library that knows Harbor's fields only. */
export async function roundTripTests(sdk: Sdk): Promise<void> {
  const server = await BerthServer.start();
  after(() => server[Symbol.asyncDispose]());
  const driver = await SdkDriver.start(sdk, server, { username: 'admin', password });
  after(() => driver[Symbol.asyncDispose]());
  const { call, refused } = bound(driver);
  const planted = await plantRights(server);
  const before = await snapshotOf(server, planted);

  test('what is compared tells apart who may do what', () => {
    const all = Object.values(before.rights).map((each) => JSON.stringify(each));
    assert.equal(new Set(all).size, all.length);
  });

  for (const [what, echo] of Object.entries(echoes)) {
    test(`${what}: what was read is written back, and no right and no field of ours has changed`, async () => {
      await echo(call, planted);
      assert.deepEqual(await snapshotOf(server, planted), before);
    });
  }

  test('a robot that is limited to repositories is not widened by who does not know of limits: 409 says why', async () => {
    const [narrow, , mixed] = planted.robots;
    for (const [robot_id, more] of [
      [narrow?.id, { kind: 'project', namespace: 'team', access: [{ resource: 'member', action: 'list' }] }],
      [
        mixed?.id,
        { kind: 'project', namespace: '*', access: [{ resource: 'repository', action: 'delete' }] },
      ],
    ] as const) {
      const robot = await call<Body & { permissions: readonly Body[] }>('GetRobotByID', { robot_id });
      const permissions = robot.permissions.map(({ kind, namespace, access }) => ({
        kind,
        namespace,
        access,
      }));
      const merged =
        more.namespace === '*'
          ? [...permissions, more]
          : permissions.map((block) => ({
              ...block,
              access: [...(block.access as object[]), ...more.access],
            }));
      const { status, message } = await refused('UpdateRobot', {
        robot_id,
        robot: { ...robot, permissions: merged },
      });
      assert.equal(status, 409, message);
      assert.match(message, /is limited to backend/);
    }
    assert.deepEqual(await snapshotOf(server, planted), before);
  });
}
