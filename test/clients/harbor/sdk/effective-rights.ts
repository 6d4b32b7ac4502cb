import assert from 'node:assert/strict';
import { type Account, addUsers, createProject, grantRole } from '../../../harness/accounts.ts';
import { berth } from '../../../harness/berth-command.ts';
import { imageOf, types } from '../../../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../../../harness/registry-client.ts';
import { jsonOf, sendJson } from '../../../harness/rest.ts';
import { retentionPolicy, retentionRule } from '../../../harness/retention.ts';
import { type BerthServer, password } from '../../../harness/start-server.ts';

const api = '/api/v2.0';
const repositories = ['team/backend/api', 'team/backend/db', 'team/frontend/web', 'other/tool'];

export interface Planted {
  readonly projectId: number;
  /** One with an address and a name, one without. */
  readonly userIds: readonly number[];
  readonly groupId: number;
  /** Of the system and of the project. */
  readonly labelIds: readonly number[];
  readonly quotaId: number;
  readonly ruleIds: readonly number[];
  readonly retentionId: number;
  readonly webhookId: number;
  readonly robots: readonly (Account & { readonly id: number })[];
}

/** A registry with much that Harbor's API cannot express. */
export async function plantRights(server: BerthServer): Promise<Planted> {
  const admin = server.client();
  const post = async (path: string, body: object): Promise<number> => {
    const answer = await sendJson(admin, 'POST', `${api}${path}`, body);
    expectStatus(answer, 201);
    return Number(String(answer.headers.location).split('/').at(-1));
  };
  for (const name of ['team', 'other']) await createProject(server, name);
  const { project_id: projectId } = jsonOf<{ project_id: number }>(await admin.get(`${api}/projects/team`));
  for (const [index, name] of repositories.entries())
    await admin.pushImage(name, `v${index}`, imageOf({ seed: name, layers: [100] }));
  const put = async (path: string, body: object): Promise<void> =>
    expectStatus(await sendJson(admin, 'PUT', `${api}${path}`, body), 200);
  await put('/projects/team', {
    metadata: { sparse_manifests: 'true', severity: 'high', reuse_sys_cve_allowlist: 'false' },
    cve_allowlist: { items: [{ cve_id: 'CVE-2026-1' }], expires_at: 1_900_000_000 },
  });
  await put('/projects/team/repositories/backend%252Fapi', { description: 'the heart' });
  await put('/system/CVEAllowlist', { items: [{ cve_id: 'CVE-2026-2' }], expires_at: 1_900_000_001 });
  await put('/configurations', { robot_token_duration: 60, banner_message: '' });
  const kim = { email: 'kim@example.com', realname: 'Kim', comment: 'with a name' };
  const userId = await post('/users', { username: 'kim', password, ...kim });
  await addUsers(server, ['lee', 'mo', 'pat']);
  const { groupId } = await plantGrants(server);
  const [quota] = jsonOf<{ id: number }[]>(
    await admin.get(`${api}/quotas?reference=project&reference_id=${projectId}`),
  );
  assert.ok(quota !== undefined);
  await put(`/quotas/${quota.id}`, { hard: { storage: 50_000_000 } });
  const label = { name: 'gold', color: '#FFCC00', description: 'best' };
  const labelIds = [
    await post('/labels', { ...label, scope: 'g' }),
    await post('/labels', { ...label, scope: 'p', project_id: projectId }),
  ];
  const [lee] = jsonOf<{ user_id: number }[]>(await admin.get(`${api}/users?q=username=lee`));
  return {
    projectId,
    groupId,
    labelIds,
    quotaId: quota.id,
    userIds: [userId, lee?.user_id ?? 0],
    ruleIds: await plantRules(post),
    retentionId: await post('/retentions', retentionOf(projectId)),
    webhookId: await post('/projects/team/webhook/policies', filteredHook),
    robots: await plantRobots(server),
  };
}

function retentionOf(projectId: number): object {
  const tag_selectors = [{ kind: 'regex', decoration: 'matches', pattern: 'r[0-9]+' }];
  const rule = retentionRule({ template: 'latestPushedK', n: 3, more: { tag_selectors } });
  return retentionPolicy(projectId, [rule], { untag: true, keep_pulled_days: 5 });
}

/** With what Harbor does not know of. */
const filteredHook = {
  name: 'builds',
  description: 'of the builds',
  enabled: true,
  event_types: ['PUSH_ARTIFACT'],
  filters: { repositories: ['backend/**'], tags: ['v*'], labels: [] },
  targets: [
    { type: 'http', address: 'https://hooks.example/in', auth_header: 'Bearer 7', secret: 'whsec_c2VjcmV0' },
  ],
};

async function command(server: BerthServer, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await berth([...args, '--data', server.data]);
  assert.equal(code, 0, stderr);
  return stdout;
}

/** Roles on patterns of repositories and of tags, one that ends, one of a group whose members are local. */
async function plantGrants(server: BerthServer): Promise<{ readonly groupId: number }> {
  await grantRole(server, { username: 'kim', role: 'maintainer', place: 'team' });
  await grantRole(server, { username: 'lee', role: 'guest', place: 'team' });
  await grantRole(server, { username: 'lee', role: 'developer', place: 'team/backend/**' });
  await command(server, 'access', 'grant', 'pat', 'developer', 'team', '--until', '2099-01-01');
  await command(server, 'access', 'grant', 'lee', 'maintainer', 'team/frontend/web', '--tags', 'v*');
  await command(server, 'group', 'create', 'ops');
  await command(server, 'group', 'add', 'ops', 'mo');
  await command(server, 'access', 'grant', 'ops', 'developer', 'team', '--group');
  await command(server, 'access', 'grant', 'ops', 'guest', 'other/tool', '--group');
  const groups = jsonOf<{ id: number; group_name: string }[]>(await server.client().get(`${api}/usergroups`));
  return { groupId: groups.find(({ group_name }) => group_name === 'ops')?.id ?? 0 };
}

async function plantRules(post: (path: string, body: object) => Promise<number>): Promise<number[]> {
  const rule = (kind: string, pattern: string): object => ({
    action: 'immutable',
    template: 'immutable_template',
    tag_selectors: [{ kind, decoration: 'matches', pattern }],
    scope_selectors: {
      repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: 'backend/**' }],
    },
    accept_same_digest: true,
  });
  const path = '/projects/team/immutabletagrules';
  return [await post(path, rule('regex', 'r[0-9]+')), await post(path, rule('doublestar', 'release-*'))];
}

async function plantRobots(server: BerthServer): Promise<Planted['robots']> {
  const admin = server.client();
  const line = (text: string): object => {
    const [resource, action] = text.split(':');
    return { resource, action };
  };
  const block = (kind: string, namespace: string, permissions: string[], more: object = {}): object => ({
    kind,
    namespace,
    access: permissions.map((text) => line(text)),
    ...more,
  });
  const limited = { repositories: ['backend/**'] };
  const content = ['repository:pull', 'repository:push', 'tag:create'];
  const robots: Planted['robots'][number][] = [];
  for (const [name, level, duration, ...permissions] of [
    ['narrow', 'project', -1, block('project', 'team', content, limited)],
    ['wide', 'project', 30, block('project', 'team', [...content, 'member:list'])],
    [
      'mixed',
      'system',
      -1,
      block('project', 'team', content, limited),
      block('project', 'other', ['repository:pull']),
    ],
    [
      'everywhere',
      'system',
      90,
      block('system', '/', ['project:list']),
      block('project', '*', ['repository:pull']),
    ],
    [
      'denied',
      'system',
      -1,
      block('project', '*', ['repository:pull']),
      {
        kind: 'project',
        namespace: 'other',
        access: [{ resource: 'repository', action: 'pull', effect: 'deny' }],
      },
    ],
    // Two limits in one project, beside what has none.
    [
      'divided',
      'system',
      -1,
      block('project', 'team', ['repository:pull'], limited),
      block('project', 'team', ['repository:pull', 'repository:push'], { repositories: ['frontend/web'] }),
      block('project', 'team', ['member:list']),
    ],
    ['off', 'project', -1, block('project', 'team', ['repository:pull'])],
  ] as const) {
    const body = { name, level, duration, description: `the ${name} one`, permissions };
    const made = jsonOf<{ id: number; name: string; secret: string }>(
      await sendJson(admin, 'POST', `${api}/robots`, body),
      201,
    );
    if (name === 'off') {
      const shown = jsonOf<object>(await admin.get(`${api}/robots/${made.id}`));
      expectStatus(
        await sendJson(admin, 'PUT', `${api}/robots/${made.id}`, { ...shown, disable: true }),
        200,
      );
    }
    robots.push({ id: made.id, username: made.name, password: made.secret });
  }
  return robots;
}

export interface Snapshot {
  /** By principal: what may be done in the project and with each repository. */
  readonly rights: Readonly<Record<string, unknown>>;
  /** As our own API and command line tell of each object. */
  readonly objects: Readonly<Record<string, unknown>>;
}

/** What changes by being written or used, and gives no right. */
const volatile = new Set(['update_time', 'last_used_time', 'last_used_address', 'last_used_client']);

export async function snapshotOf(server: BerthServer, planted: Planted): Promise<Snapshot> {
  const accounts = ['admin', 'kim', 'lee', 'mo', 'pat'].map((username) => ({ username, password }));
  const rights: Record<string, unknown> = {};
  for (const account of [...accounts, ...planted.robots]) {
    const client = server.client(account);
    const own = await client.get(`${api}/users/current/permissions?scope=/project/${planted.projectId}`);
    const found = await client.get(`${api}/projects?page_size=100`);
    rights[account.username] = [
      own.body.toString(),
      stable(found.body.toString()),
      own.status === 200
        ? await Promise.all(repositories.map((name) => statusesOf(client, name)))
        : own.status,
    ];
  }
  const admin = server.client();
  const objects: Record<string, unknown> = {};
  for (const path of [
    '/projects/team',
    '/projects/team/members',
    '/projects/team/immutabletagrules',
    '/projects/team/repositories/backend%252Fapi',
    '/configurations',
    '/system/CVEAllowlist',
    ...planted.userIds.map((id) => `/users/${id}`),
    `/usergroups/${planted.groupId}`,
    ...planted.labelIds.map((id) => `/labels/${id}`),
    `/quotas/${planted.quotaId}`,
    `/retentions/${planted.retentionId}`,
    `/projects/team/webhook/policies/${planted.webhookId}`,
    ...planted.robots.map(({ id }) => `/robots/${id}`),
  ])
    objects[path] = stable((await admin.get(`${api}${path}`)).body.toString());
  const members = await admin.get(`/api/berth/v1/groups/${planted.groupId}/members`);
  objects['members of the group'] = stable(members.body.toString());
  objects['grants'] = stable(await command(server, 'access', 'list', '--json'));
  return { rights, objects };
}

/** What is answered to a pull, to a deletion of nothing, and to pushes of what is no manifest, by two kinds of tags. */
async function statusesOf(client: RegistryClient, repository: string): Promise<number[]> {
  const at = `/v2/${repository}/manifests`;
  const push = (tag: string): Promise<Answer> =>
    client.call('PUT', `${at}/${tag}`, { headers: { 'Content-Type': types.ociManifest }, body: '{' });
  const answers = [
    await client.get(`/v2/${repository}/tags/list`),
    await client.delete(`${at}/sha256:${'0'.repeat(64)}`),
    await push('v9'),
    await push('other'),
  ];
  return answers.map(({ status }) => status);
}

function stable(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => (volatile.has(key) ? undefined : value));
}
