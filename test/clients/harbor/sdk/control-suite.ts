import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addUsers } from '../../../harness/accounts.ts';
import { imageOf } from '../../../harness/image.ts';
import { type BerthServer, password } from '../../../harness/start-server.ts';
import { bound, type Created, expectList, idOf, pagesOf } from './lists.ts';
import type { SdkDriver } from './sdk-driver.ts';

type Values = Readonly<Record<string, unknown>>;

/** Everything that is not about content: the system, projects, people, robots, rules. */
export function controlTests(driver: SdkDriver, server: BerthServer): void {
  const { call, refused } = bound(driver);
  const made = async (operation: string, given: Values): Promise<number> =>
    idOf(await call<Created>(operation, given));
  const project = async (name: string): Promise<number> => {
    await call('createProject', { project: { project_name: name, metadata: { public: 'false' } } });
    // Some libraries ask for the name in the address of what was made.
    return (await call<{ project_id: number }>('getProject', { project_name_or_id: name })).project_id;
  };

  test('the system: health, version, volumes, statistics, search, permissions', async () => {
    const { status, components } = await call<{ status: string; components: unknown[] }>('getHealth');
    assert.equal(status, 'healthy');
    assert.ok(components.length > 3);
    assert.equal(await call('getPing'), 'Pong');
    const info = await call<{ harbor_version: string; auth_mode: string }>('getSystemInfo');
    assert.match(info.harbor_version, /^v2\./);
    assert.equal(info.auth_mode, 'db_auth');
    const { storage } = await call<{ storage: { total: number }[] }>('getVolumes');
    assert.ok((storage[0]?.total ?? 0) > 0);
    await project('found-by-search');
    const found = await call<{ project: { name: string }[] }>('search', { q: 'by-search' });
    assert.deepEqual(
      found.project.map(({ name }) => name),
      ['found-by-search'],
    );
    const statistic = await call<{ private_project_count: number }>('getStatistic');
    assert.equal(statistic.private_project_count, 1);
    const { system, project: ofProjects } = await call<{ system: unknown[]; project: unknown[] }>(
      'getPermissions',
    );
    assert.ok(system.length > 0 && ofProjects.length > 0);
    const own = await call<{ resource: string; action: string }[]>('getCurrentUserPermissions', {
      scope: '/project/1',
      relative: true,
    });
    assert.ok(own.some(({ resource, action }) => resource === 'repository' && action === 'push'));
    await call('deleteProject', { project_name_or_id: 'found-by-search' });
  });

  test('the configuration is read, changed, and read again', async () => {
    const limit = async (): Promise<unknown> =>
      (await call<Record<string, { value: unknown; editable: boolean }>>('getConfigurations'))[
        'robot_token_duration'
      ]?.value;
    assert.equal(await limit(), 30);
    await call('updateConfigurations', { configurations: { robot_token_duration: 45 } });
    assert.equal(await limit(), 45);
    await call('updateConfigurations', { configurations: { robot_token_duration: 30 } });
    const { status } = await refused('updateConfigurations', { configurations: { auth_mode: 'ldap_auth' } });
    assert.equal(status, 400);
  });

  test('the allowlist of the system is read and replaced', async () => {
    type List = { items?: { cve_id: string }[] | null };
    const items = async (): Promise<unknown> =>
      ((await call<List>('getSystemCVEAllowlist')).items ?? []).map(({ cve_id }) => cve_id);
    assert.deepEqual(await items(), []);
    await call('putSystemCVEAllowlist', { allowlist: { items: [{ cve_id: 'CVE-2026-1' }] } });
    assert.deepEqual(await items(), ['CVE-2026-1']);
  });

  test('projects are created, listed, read, changed and deleted, their metadata too', async () => {
    const one = await project('alpha');
    for (const name of ['beta', 'gamma', 'delta']) await project(name);
    await expectList(driver, {
      operation: 'listProjects',
      by: 'name',
      all: ['alpha', 'beta', 'delta', 'gamma', 'library'],
      filter: [{ q: 'name=~ta' }, ['beta', 'delta']],
      sort: ['-name', ['library', 'gamma', 'delta', 'beta', 'alpha']],
    });
    await call('headProject', { project_name: 'alpha' });
    const read = (id: string | number) =>
      call<{ project_id: number; name: string; metadata: Values }>('getProject', {
        project_name_or_id: String(id),
      });
    assert.equal((await read('alpha')).project_id, one);
    await call('updateProject', {
      project_name_or_id: 'alpha',
      project: { metadata: { public: 'true' } },
    });
    assert.equal((await read('alpha')).metadata['public'], 'true');
    const { repo_count } = await call<{ repo_count?: number }>('getProjectSummary', {
      project_name_or_id: 'alpha',
    });
    assert.equal(repo_count ?? 0, 0);
    await metadata();
    const { deletable } = await call<{ deletable: boolean }>('getProjectDeletable', {
      project_name_or_id: 'delta',
    });
    assert.equal(deletable, true);
    for (const name of ['beta', 'gamma', 'delta']) await call('deleteProject', { project_name_or_id: name });
    assert.equal((await pagesOf(driver, 'listProjects', {})).length, 2);
    const again = await refused('createProject', { project: { project_name: 'alpha' } });
    assert.equal(again.status, 409);
  });

  async function metadata(): Promise<void> {
    const at = { project_name_or_id: 'alpha' };
    const values = () => call<Values>('listProjectMetadatas', at);
    await call('addProjectMetadatas', { ...at, metadata: { severity: 'high' } });
    assert.equal((await values())['severity'], 'high');
    const one = { ...at, meta_name: 'severity' };
    await call('updateProjectMetadata', { ...one, metadata: { severity: 'low' } });
    assert.deepEqual(await call('getProjectMetadata', one), { severity: 'low' });
    await call('deleteProjectMetadata', one);
    assert.equal((await values())['severity'] ?? null, null);
  }

  test('users are created, listed, searched, changed and deleted', async () => {
    const create = (username: string): Promise<number> =>
      made('createUser', {
        userReq: { username, password, email: `${username}@example.com`, realname: username, comment: 'new' },
      });
    const ann = await create('ann');
    const ben = await create('ben');
    await create('nat');
    await expectList(driver, {
      operation: 'listUsers',
      by: 'username',
      all: ['ann', 'ben', 'nat'],
      filter: [{ q: 'username=~nn' }, ['ann']],
      sort: ['-username', ['nat', 'ben', 'ann']],
    });
    await expectList(driver, {
      operation: 'searchUsers',
      given: { username: 'n' },
      by: 'username',
      all: ['ann', 'ben', 'nat'],
      filter: [{ username: 'an' }, ['ann']],
    });
    const read = (): Promise<Values> => call<Values>('getUser', { user_id: ann });
    const profile = { email: 'ann@example.org', realname: 'Ann', comment: 'changed' };
    await call('updateUserProfile', { user_id: ann, profile });
    assert.equal((await read())['email'], 'ann@example.org');
    await call('setUserSysAdmin', { user_id: ann, sysadmin_flag: { sysadmin_flag: true } });
    assert.equal((await read())['sysadmin_flag'], true);
    await call('updateUserPassword', { user_id: ben, password: { new_password: 'Another-Horse-8' } });
    const { status } = await server.client({ username: 'ben', password: 'Another-Horse-8' }).get(current);
    assert.equal(status, 200);
    assert.equal((await call<Values>('getCurrentUserInfo'))['username'], 'admin');
    const secret = { user_id: ann, secret: { secret: 'Cli-Secret-123' } };
    assert.equal((await refused('setCliSecret', secret)).status, 412);
    await call('deleteUser', { user_id: ann });
    assert.equal((await refused('getUser', { user_id: ann })).status, 404);
  });

  test('groups are created, listed, searched, renamed and deleted', async () => {
    const create = (name: string): Promise<number> =>
      made('createUserGroup', { usergroup: { group_name: name, group_type: 2 } });
    const [first] = [await create('ops'), await create('desk'), await create('designers')];
    await expectList(driver, {
      operation: 'listUserGroups',
      by: 'group_name',
      all: ['designers', 'desk', 'ops'],
      filter: [{ group_name: 'des' }, ['designers', 'desk']],
    });
    await expectList(driver, {
      operation: 'searchUserGroups',
      given: { groupname: 's' },
      by: 'group_name',
      all: ['designers', 'desk', 'ops'],
      filter: [{ groupname: 'ops' }, ['ops']],
    });
    await call('updateUserGroup', { group_id: first, usergroup: { group_name: 'operators' } });
    const { group_name } = await call<{ group_name: string }>('getUserGroup', { group_id: first });
    assert.equal(group_name, 'operators');
    await call('deleteUserGroup', { group_id: first });
    assert.equal((await refused('getUserGroup', { group_id: first })).status, 404);
  });

  test('members are added, listed, read, given another role and removed', async () => {
    await project('staffed');
    await addUsers(server, ['kim', 'lee']);
    const at = { project_name_or_id: 'staffed' };
    const add = (member: Values): Promise<number> =>
      made('createProjectMember', { ...at, project_member: { role_id: 2, ...member } });
    const kim = await add({ member_user: { username: 'kim' } });
    await add({ member_user: { username: 'lee' } });
    await add({ member_group: { group_name: 'desk', group_type: 2 } });
    await expectList(driver, {
      operation: 'listProjectMembers',
      given: at,
      by: 'entity_name',
      all: ['admin', 'desk', 'kim', 'lee'],
      filter: [{ entityname: 'kim' }, ['kim']],
    });
    await call('updateProjectMember', { ...at, mid: kim, role: { role_id: 4 } });
    const { role_name } = await call<{ role_name: string }>('getProjectMember', { ...at, mid: kim });
    assert.equal(role_name, 'maintainer');
    await call('deleteProjectMember', { ...at, mid: kim });
    assert.equal((await refused('getProjectMember', { ...at, mid: kim })).status, 404);
  });

  test('robots of the system and of projects are created, listed, changed, renewed and deleted', async () => {
    const projectId = await project('automated');
    const pull = { resource: 'repository', action: 'pull' };
    const create = (name: string, level: string, namespace: string) =>
      call<{ id: number; name: string; secret: string }>('CreateRobot', {
        robot: {
          name,
          level,
          duration: -1,
          description: name,
          permissions: [{ kind: 'project', namespace, access: [pull] }],
        },
      });
    const robots = [];
    for (const name of ['one', 'two', 'three']) robots.push(await create(name, 'system', '*'));
    const [{ id, name, secret } = { id: 0, name: '', secret: '' }] = robots;
    assert.ok(secret.length >= 8);
    await expectList(driver, {
      operation: 'ListRobot',
      by: 'name',
      all: ['robot$one', 'robot$three', 'robot$two'],
      filter: [{ q: 'name=~t' }, ['robot$three', 'robot$two']],
      sort: ['-name', ['robot$two', 'robot$three', 'robot$one']],
    });
    const own = await create('own', 'project', 'automated');
    const [ofProject] = await pagesOf(driver, 'ListRobot', { q: `Level=project,ProjectID=${projectId}` });
    assert.equal(ofProject?.['name'], 'robot$automated+own');
    const robot = await call<Values>('GetRobotByID', { robot_id: id });
    await call('UpdateRobot', { robot_id: id, robot: { ...robot, disable: true, description: 'off' } });
    const after = await call<Values>('GetRobotByID', { robot_id: id });
    assert.deepEqual([after['disable'], after['description'], after['name']], [true, 'off', name]);
    const renewed = await call<{ secret?: string }>('RefreshSec', {
      robot_id: own.id,
      robotSec: { secret: 'Another-Horse-9' },
    });
    assert.ok(renewed.secret === undefined || renewed.secret === '' || renewed.secret === null);
    const { status } = await server
      .client({ username: own.name, password: 'Another-Horse-9' })
      .get('/service/token?service=harbor-registry');
    assert.equal(status, 200);
    await call('DeleteRobot', { robot_id: id });
    assert.equal((await refused('GetRobotByID', { robot_id: id })).status, 404);
  });

  test('labels are created, listed, read, changed and deleted', async () => {
    const create = (name: string): Promise<number> =>
      made('CreateLabel', { label: { name, scope: 'g', color: '#FFFFFF', description: name } });
    const [red] = [await create('red'), await create('rose'), await create('blue')];
    await expectList(driver, {
      operation: 'ListLabels',
      given: { scope: 'g' },
      by: 'name',
      all: ['blue', 'rose', 'red'],
      filter: [{ name: 'red' }, ['red']],
      sort: ['name', ['blue', 'red', 'rose']],
    });
    await call('UpdateLabel', { label_id: red, label: { name: 'crimson', scope: 'g', color: '#FF0000' } });
    assert.equal((await call<Values>('GetLabelByID', { label_id: red }))['name'], 'crimson');
    await call('DeleteLabel', { label_id: red });
    assert.equal((await refused('GetLabelByID', { label_id: red })).status, 404);
  });

  test('rules of immutable tags are created, listed, changed and deleted', async () => {
    await project('fixed');
    const at = { project_name_or_id: 'fixed' };
    const rule = (pattern: string): Values => ({
      action: 'immutable',
      template: 'immutable_template',
      tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern }],
      scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
    });
    const ids = [];
    for (const pattern of ['v1*', 'v2*', 'v3*'])
      ids.push(await made('CreateImmuRule', { ...at, ImmutableRule: rule(pattern) }));
    const [first = 0, second = 0, third = 0] = ids;
    const one = { ...at, immutable_rule_id: first };
    await call('UpdateImmuRule', { ...one, ImmutableRule: { ...rule('v1*'), id: first, disabled: true } });
    await expectList(driver, {
      operation: 'ListImmuRules',
      given: at,
      by: 'id',
      all: [first, second, third],
      filter: [{ q: 'disabled=true' }, [first]],
      sort: ['-id', [third, second, first]],
    });
    await call('DeleteImmuRule', one);
    assert.equal((await pagesOf(driver, 'ListImmuRules', at)).length, 2);
  });

  test('quotas are listed, read and changed', async () => {
    const ids: number[] = [];
    for (const name of ['small', 'medium', 'large']) {
      const id = await project(name);
      const [quota] = await pagesOf(driver, 'listQuotas', { reference: 'project', reference_id: String(id) });
      ids.push(Number(quota?.['id']));
    }
    const hard = { storage: 10_000_000 };
    for (const [index, id] of ids.entries())
      await call('updateQuota', { id, hard: { hard: { storage: hard.storage * (index + 1) } } });
    assert.deepEqual((await call<Values>('getQuota', { id: ids[0] }))['hard'], hard);
    const limits = async (sort: string): Promise<number[]> =>
      (await pagesOf(driver, 'listQuotas', { reference: 'project', sort }))
        .map(({ id }) => Number(id))
        .filter((id) => ids.includes(id));
    assert.deepEqual(await limits('hard.storage'), ids);
    assert.deepEqual(await limits('-hard.storage'), ids.toReversed());
  });

  test('the audit log is listed, of the system and of a project', async () => {
    const client = server.client();
    const images = ['a', 'b', 'c'].map((seed) => imageOf({ seed, layers: [10] }));
    for (const [index, image] of images.entries()) await client.pushImage('fixed/app', `t${index}`, image);
    const at = { project_name: 'fixed' };
    const rows = await pagesOf(driver, 'getLogs', at);
    assert.ok(rows.length > 3);
    const pushed = { ...at, q: 'operation=create,resource_type=artifact' };
    const some = await pagesOf(driver, 'getLogs', pushed);
    assert.ok(some.length > 2 && some.length < rows.length);
    const sorted = await pagesOf(driver, 'getLogs', { ...pushed, sort: 'op_time' });
    assert.deepEqual(
      sorted.map(({ id }) => id),
      some.map(({ id }) => id).toReversed(),
    );
    const all = await pagesOf(driver, 'listAuditLogs', { q: 'operation=create' });
    assert.ok(all.length > some.length);
    if (driver.sdk.lacks.includes('getLogExts')) return;
    assert.ok((await pagesOf(driver, 'getLogExts', at)).length >= rows.length);
    const project = await pagesOf(driver, 'listAuditLogExts', { q: 'resource_type=project' });
    assert.ok(project.length > 2);
    assert.ok((await call<unknown[]>('listAuditLogEventTypes')).length > 0);
  });
}

const current = '/api/v2.0/users/current';
