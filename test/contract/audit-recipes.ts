import { imageOf } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { makePolicy, retentionPolicy, retentionRule } from '../harness/retention.ts';
import { password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** One request that does what an operation is for; made anew for each time. */
export interface Made {
  readonly path: string;
  readonly body?: unknown;
}

/** What a secret looks like that stands in bodies of these; no row may have it. */
export const planted = 'Planted-Secret-4711';

const api = '/api/v2.0';
const own = '/api/berth/v1';
let count = 0;

function fresh(prefix: string): string {
  count += 1;
  return `${prefix}-${count}`;
}

function idOf(answer: { readonly headers: Readonly<Record<string, unknown>> }): number {
  return Number(/\/(\d+)$/.exec(String(answer.headers['location']))?.[1]);
}

const rule = (pattern: string) => ({
  action: 'immutable',
  template: 'immutable_template',
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern }],
  scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
});

const hook = (name: string) => ({
  name,
  targets: [
    { type: 'http', address: `https://hooks.example/${planted}`, auth_header: planted, secret: planted },
  ],
  event_types: ['PUSH_ARTIFACT'],
  enabled: false,
});

/** Of Harbor's path of a webhook: that of Berth's own operations on it. */
function ownPath(path: string): string {
  return path.replace(api, own).replace('/webhook/policies/', '/webhooks/');
}

async function webhook(admin: RegistryClient): Promise<string> {
  const path = `${api}/projects/${await project(admin)}/webhook/policies`;
  return `${path}/${idOf(await sendJson(admin, 'POST', path, hook('made')))}`;
}

async function systemWebhook(admin: RegistryClient): Promise<string> {
  const path = `${own}/webhooks`;
  return `${path}/${idOf(await sendJson(admin, 'POST', path, hook(fresh('hook'))))}`;
}

async function project(admin: RegistryClient): Promise<string> {
  const name = fresh('audited');
  await makeProject(admin, name);
  return name;
}

async function user(admin: RegistryClient): Promise<number> {
  const username = fresh('person');
  const body = { username, email: `${username}@example.org`, realname: username, password: planted };
  return idOf(await sendJson(admin, 'POST', `${api}/users`, body));
}

/** Of the administrator. */
async function session(admin: RegistryClient): Promise<string> {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ principal: 'admin', password }).toString();
  expectStatus(await admin.call('POST', '/c/login', { headers, body }), 200);
  const [last] = jsonOf<{ id: string }[]>(await admin.get(`${own}/users/1/sessions`));
  return last?.id ?? '';
}

async function image(admin: RegistryClient): Promise<string> {
  const name = await project(admin);
  await admin.pushImage(`${name}/app`, 'v1', imageOf({ seed: fresh('audit'), layers: [64] }));
  return `${api}/projects/${name}/repositories/app`;
}

async function label(admin: RegistryClient): Promise<number> {
  return idOf(await sendJson(admin, 'POST', `${api}/labels`, { name: fresh('label'), scope: 'g' }));
}

async function group(admin: RegistryClient): Promise<number> {
  return idOf(
    await sendJson(admin, 'POST', `${api}/usergroups`, { group_name: fresh('group'), group_type: 3 }),
  );
}

async function member(admin: RegistryClient): Promise<string> {
  const path = `${api}/projects/${await project(admin)}/members`;
  const body = { role_id: 3, member_user: { user_id: await user(admin) } };
  return `${path}/${idOf(await sendJson(admin, 'POST', path, body))}`;
}

function robotBody(name: string) {
  const access = [{ resource: 'repository', action: 'pull' }];
  return {
    name,
    level: 'system',
    duration: 30,
    secret: planted,
    permissions: [{ kind: 'project', namespace: 'library', access }],
  };
}

async function robot(admin: RegistryClient): Promise<{ readonly id: number; readonly name: string }> {
  return jsonOf(await sendJson(admin, 'POST', `${api}/robots`, robotBody(fresh('bot'))), 201);
}

async function username(admin: RegistryClient): Promise<string> {
  const { username: name } = jsonOf<{ username: string }>(
    await admin.get(`${api}/users/${await user(admin)}`),
  );
  return name;
}

async function grant(admin: RegistryClient): Promise<object> {
  return { who: await username(admin), role: 'pull', where: await project(admin) };
}

const roleBody = () => ({ name: fresh('role'), level: 'project', permissions: ['repository:pull'] });

async function role(admin: RegistryClient): Promise<string> {
  const body = roleBody();
  expectStatus(await sendJson(admin, 'POST', `${own}/roles`, body), 201);
  return body.name;
}

const protection = { tags: 'v*', repositories: '**', allowed: ['admin'] };

async function protectedTags(admin: RegistryClient): Promise<{ readonly path: string; readonly id: number }> {
  const path = `${own}/projects/${await project(admin)}/protected-tags`;
  return { path, ...jsonOf<{ id: number }>(await sendJson(admin, 'POST', path, protection), 201) };
}

/** A code that waits for a person; the other one, by which the device asks for its token, is a secret. */
export async function device(
  admin: RegistryClient,
): Promise<{ readonly user_code: string; readonly device_code: string }> {
  return jsonOf(await sendJson(admin, 'POST', `${own}/device/code`, { name: fresh('device') }));
}

async function token(admin: RegistryClient): Promise<number> {
  const body = { name: fresh('token') };
  return jsonOf<{ id: number }>(await sendJson(admin, 'POST', `${own}/users/1/tokens`, body), 201).id;
}

/** The deletion of an image. */
async function trashed(admin: RegistryClient): Promise<string> {
  expectStatus(await admin.delete(`${await image(admin)}/artifacts/v1`), 200);
  const [newest] = jsonOf<{ id: number }[]>(await admin.get(`${own}/trash?page_size=1`));
  return `${own}/trash/${newest?.id}`;
}

const batches = `${own}/batches`;

async function manyTags(admin: RegistryClient): Promise<object> {
  const [, project, repository] = /projects\/([^/]+)\/repositories\/([^/]+)/.exec(await image(admin)) ?? [];
  return { action: 'delete-tags', project, repository, items: ['v1'] };
}

async function begunBatch(admin: RegistryClient): Promise<string> {
  return String((await sendJson(admin, 'POST', batches, await manyTags(admin))).headers.location);
}

/** What they do to each thing leaves rows of the same request. */
async function batchesStand(admin: RegistryClient, action: 'pause' | 'resume'): Promise<void> {
  expectStatus(await sendJson(admin, 'PUT', `${api}/jobservice/queues/BATCH`, { action }), 200);
}

const verifications = `${own}/storage/verifications`;
const reconciliations = `${own}/storage/reconciliations`;
const strays = `${own}/storage/strays`;
const queue = `${api}/jobservice/queues/STORAGE_VERIFICATION`;

const purge = `${api}/system/purgeaudit`;

function purging(cron: string): unknown {
  return {
    schedule: { type: cron === '' ? 'Manual' : 'Custom', cron },
    parameters: { audit_retention_hour: 9600, include_event_types: 'other' },
  };
}

async function actOnQueue(admin: RegistryClient, action: string): Promise<void> {
  expectStatus(await sendJson(admin, 'PUT', queue, { action }), 200);
}

/** Nothing of it begins, and nothing waits. */
const gcSchedule = `${api}/system/gc/schedule`;

async function emptyQueue(admin: RegistryClient): Promise<void> {
  await actOnQueue(admin, 'pause');
  await actOnQueue(admin, 'stop');
}

/** One is under way at a time. */
async function noReconciliation(admin: RegistryClient): Promise<void> {
  const open = ['Pending', 'Scheduled', 'Running'];
  await waitUntil('no reconciliation is under way', async () => {
    const path = `${own}/jobs?kind=STORAGE_RECONCILIATION&page_size=1`;
    const [last] = jsonOf<{ status: string }[]>(await admin.get(path));
    return last === undefined || !open.includes(last.status);
  });
}

async function waitingJob(admin: RegistryClient): Promise<number> {
  await emptyQueue(admin);
  return jsonOf<{ job_id: number }>(await sendJson(admin, 'POST', verifications, {}), 202).job_id;
}

async function policy(admin: RegistryClient): Promise<string> {
  return `${api}/retentions/${await makePolicy(admin, await makeProject(admin, fresh('kept')), [retentionRule()])}`;
}

/** By operationId: what an administrator does with success, and somebody without rights is refused. */
export const recipes: Readonly<Record<string, (admin: RegistryClient) => Promise<Made>>> = {
  createProject: async () => ({ path: `${api}/projects`, body: { project_name: fresh('audited') } }),
  updateProject: async (admin) => ({
    path: `${api}/projects/${await project(admin)}`,
    body: { metadata: { public: 'true' } },
  }),
  deleteProject: async (admin) => ({ path: `${api}/projects/${await project(admin)}` }),
  addProjectMetadatas: async (admin) => ({
    path: `${api}/projects/${await project(admin)}/metadatas/`,
    body: { severity: 'high' },
  }),
  updateProjectMetadata: async (admin) => ({
    path: `${api}/projects/${await project(admin)}/metadatas/public`,
    body: { public: 'true' },
  }),
  deleteProjectMetadata: async (admin) => {
    const path = `${api}/projects/${await project(admin)}/metadatas`;
    await sendJson(admin, 'POST', `${path}/`, { severity: 'high' });
    return { path: `${path}/severity` };
  },
  createProjectMember: async (admin) => ({
    path: `${api}/projects/${await project(admin)}/members`,
    body: { role_id: 3, member_user: { user_id: await user(admin) } },
  }),
  updateProjectMember: async (admin) => ({ path: await member(admin), body: { role_id: 2 } }),
  deleteProjectMember: async (admin) => ({ path: await member(admin) }),
  createUser: async () => {
    const username = fresh('person');
    const email = `${username}@example.org`;
    return { path: `${api}/users`, body: { username, email, realname: username, password: planted } };
  },
  updateUserProfile: async (admin) => {
    const id = await user(admin);
    return {
      path: `${api}/users/${id}`,
      body: { email: `${fresh('new')}@example.org`, realname: 'Other', comment: '' },
    };
  },
  deleteUser: async (admin) => ({ path: `${api}/users/${await user(admin)}` }),
  setUserSysAdmin: async (admin) => ({
    path: `${api}/users/${await user(admin)}/sysadmin`,
    body: { sysadmin_flag: true },
  }),
  setUserDisabled: async (admin) => ({
    path: `${own}/users/${await user(admin)}/disabled`,
    body: { disabled: true },
  }),
  updateUserPassword: async (admin) => ({
    path: `${api}/users/${await user(admin)}/password`,
    body: { new_password: `${planted}-2` },
  }),
  createUserGroup: async () => ({
    path: `${api}/usergroups`,
    body: { group_name: fresh('group'), group_type: 3 },
  }),
  updateUserGroup: async (admin) => ({
    path: `${api}/usergroups/${await group(admin)}`,
    body: { group_name: fresh('group') },
  }),
  deleteUserGroup: async (admin) => ({ path: `${api}/usergroups/${await group(admin)}` }),
  addGroupMember: async (admin) => {
    const username = fresh('person');
    const body = { username, email: `${username}@example.org`, realname: username, password: planted };
    await sendJson(admin, 'POST', `${api}/users`, body);
    return { path: `${own}/groups/${await group(admin)}/members`, body: { username } };
  },
  removeGroupMember: async (admin) => {
    const username = fresh('person');
    const body = { username, email: `${username}@example.org`, realname: username, password: planted };
    const id = idOf(await sendJson(admin, 'POST', `${api}/users`, body));
    const path = `${own}/groups/${await group(admin)}/members`;
    await sendJson(admin, 'POST', path, { username });
    return { path: `${path}/${id}` };
  },
  createPersonalToken: async () => ({ path: `${own}/users/1/tokens`, body: { name: fresh('token') } }),
  revokePersonalToken: async (admin) => ({ path: `${own}/users/1/tokens/${await token(admin)}` }),
  revokeSession: async (admin) => ({ path: `${own}/users/1/sessions/${await session(admin)}` }),
  revokeOtherSessions: async (admin) => {
    await session(admin);
    return { path: `${own}/users/1/sessions` };
  },
  CreateRobot: async () => ({ path: `${api}/robots`, body: robotBody(fresh('bot')) }),
  UpdateRobot: async (admin) => {
    const { id, name } = await robot(admin);
    return { path: `${api}/robots/${id}`, body: { ...robotBody(name), id, description: 'changed' } };
  },
  RefreshSec: async (admin) => ({
    path: `${api}/robots/${(await robot(admin)).id}`,
    body: { secret: planted },
  }),
  DeleteRobot: async (admin) => ({ path: `${api}/robots/${(await robot(admin)).id}` }),
  CreateImmuRule: async (admin) => ({
    path: `${api}/projects/${await project(admin)}/immutabletagrules`,
    body: rule('v*'),
  }),
  UpdateImmuRule: async (admin) => {
    const path = `${api}/projects/${await project(admin)}/immutabletagrules`;
    const id = idOf(await sendJson(admin, 'POST', path, rule('v*')));
    return { path: `${path}/${id}`, body: { ...rule('w*'), id } };
  },
  DeleteImmuRule: async (admin) => {
    const path = `${api}/projects/${await project(admin)}/immutabletagrules`;
    return { path: `${path}/${idOf(await sendJson(admin, 'POST', path, rule('v*')))}` };
  },
  CreateWebhookPolicyOfProject: async (admin) => ({
    path: `${api}/projects/${await project(admin)}/webhook/policies`,
    body: hook('made'),
  }),
  UpdateWebhookPolicyOfProject: async (admin) => ({ path: await webhook(admin), body: hook('changed') }),
  DeleteWebhookPolicyOfProject: async (admin) => ({ path: await webhook(admin) }),
  testWebhook: async (admin) => ({ path: `${ownPath(await webhook(admin))}/test` }),
  redeliverWebhook: async (admin) => {
    const path = ownPath(await webhook(admin));
    const made = await admin.call('POST', `${path}/test`);
    const [id] = jsonOf<{ deliveries: number[] }>(made, 202).deliveries;
    return { path: `${path}/deliveries/${id}/redeliver` };
  },
  createSystemWebhook: async () => ({ path: `${own}/webhooks`, body: hook(fresh('hook')) }),
  updateSystemWebhook: async (admin) => ({ path: await systemWebhook(admin), body: hook(fresh('hook')) }),
  deleteSystemWebhook: async (admin) => ({ path: await systemWebhook(admin) }),
  testSystemWebhook: async (admin) => ({ path: `${await systemWebhook(admin)}/test` }),
  redeliverSystemWebhook: async (admin) => {
    const path = await systemWebhook(admin);
    const [id] = jsonOf<{ deliveries: number[] }>(await admin.call('POST', `${path}/test`), 202).deliveries;
    return { path: `${path}/deliveries/${id}/redeliver` };
  },
  CreateLabel: async () => ({ path: `${api}/labels`, body: { name: fresh('label'), scope: 'g' } }),
  UpdateLabel: async (admin) => ({
    path: `${api}/labels/${await label(admin)}`,
    body: { name: fresh('label'), description: 'changed' },
  }),
  DeleteLabel: async (admin) => ({ path: `${api}/labels/${await label(admin)}` }),
  addLabel: async (admin) => ({
    path: `${await image(admin)}/artifacts/v1/labels`,
    body: { id: await label(admin) },
  }),
  removeLabel: async (admin) => {
    const path = `${await image(admin)}/artifacts/v1/labels`;
    const id = await label(admin);
    await sendJson(admin, 'POST', path, { id });
    return { path: `${path}/${id}` };
  },
  createTag: async (admin) => ({ path: `${await image(admin)}/artifacts/v1/tags`, body: { name: 'v2' } }),
  deleteTag: async (admin) => ({ path: `${await image(admin)}/artifacts/v1/tags/v1` }),
  CopyArtifact: async (admin) => {
    const from = await image(admin);
    const [, source] = /projects\/([^/]+)/.exec(from) ?? [];
    return {
      path: `${api}/projects/${await project(admin)}/repositories/copy/artifacts?from=${source}/app:v1`,
    };
  },
  deleteArtifact: async (admin) => ({ path: `${await image(admin)}/artifacts/v1` }),
  updateRepository: async (admin) => ({ path: await image(admin), body: { description: 'changed' } }),
  deleteRepository: async (admin) => ({ path: await image(admin) }),
  updateQuota: async (admin) => {
    const name = await project(admin);
    const { project_id: id } = jsonOf<{ project_id: number }>(await admin.get(`${api}/projects/${name}`));
    return { path: `${api}/quotas/${id}`, body: { hard: { storage: 1_000_000 } } };
  },
  syncQuota: async () => ({ path: '/api/internal/syncquota' }),
  beginView: async (admin) => ({ path: `${own}/view-as`, body: { who: await username(admin) } }),
  createGrant: async (admin) => ({ path: `${own}/grants`, body: await grant(admin) }),
  deleteGrant: async (admin) => {
    const made = await sendJson(admin, 'POST', `${own}/grants`, await grant(admin));
    return { path: `${own}/grants/${jsonOf<{ id: number }>(made, 201).id}` };
  },
  createRole: async () => ({ path: `${own}/roles`, body: roleBody() }),
  updateRole: async (admin) => ({
    path: `${own}/roles/${await role(admin)}`,
    body: { permissions: ['repository:pull', 'repository:push'] },
  }),
  deleteRole: async (admin) => ({ path: `${own}/roles/${await role(admin)}` }),
  createProtectedTags: async (admin) => ({
    path: `${own}/projects/${await project(admin)}/protected-tags`,
    body: protection,
  }),
  updateProtectedTags: async (admin) => {
    const { path, id } = await protectedTags(admin);
    return { path: `${path}/${id}`, body: { ...protection, tags: 'w*' } };
  },
  deleteProtectedTags: async (admin) => {
    const { path, id } = await protectedTags(admin);
    return { path: `${path}/${id}` };
  },
  restoreTag: async (admin) => {
    const path = await image(admin);
    expectStatus(await admin.delete(`${path}/artifacts/v1/tags/v1`), 200);
    return { path: `${path.replace(api, own)}/tags/v1/restore`, body: {} };
  },
  renameProject: async (admin) => ({
    path: `${own}/projects/${await project(admin)}/rename`,
    body: { name: fresh('renamed') },
  }),
  moveRepository: async (admin) => {
    const path = (await image(admin)).replace(api, own);
    return { path: `${path}/move`, body: { to: `${await project(admin)}/moved` } };
  },
  releaseFormerName: async (admin) => {
    const name = await project(admin);
    const body = { name: fresh('renamed') };
    expectStatus(await sendJson(admin, 'POST', `${own}/projects/${name}/rename`, body), 200);
    return { path: `${own}/former-names?name=${name}` };
  },
  putProjectDefaults: async () => ({
    path: `${own}/project-defaults`,
    body: { storage_limit: 10_000_000_000 + count++ },
  }),
  answerDeviceLogin: async (admin) => ({
    path: `${own}/device/requests/${(await device(admin)).user_code}`,
    body: { approve: true },
  }),
  createBatch: async (admin) => {
    await batchesStand(admin, 'pause');
    return { path: batches, body: await manyTags(admin) };
  },
  undoBatch: async (admin) => {
    await batchesStand(admin, 'resume');
    const path = await begunBatch(admin);
    await waitUntil('the batch has ended', async () => {
      const { status } = jsonOf<{ status: string }>(await admin.get(path));
      return status === 'Success';
    });
    await batchesStand(admin, 'pause');
    return { path: `${path}/undo` };
  },
  cancelBatch: async (admin) => {
    await batchesStand(admin, 'pause');
    return { path: `${await begunBatch(admin)}/cancel` };
  },
  restoreTrash: async (admin) => ({ path: `${await trashed(admin)}/restore` }),
  purgeTrash: async (admin) => ({ path: await trashed(admin) }),
  unblockDigest: async (admin) => {
    const path = await trashed(admin);
    const { digest } = jsonOf<{ digest: string }>(await admin.get(path));
    expectStatus(await admin.delete(`${path}?block=true`), 200);
    return { path: `${own}/blocked-digests/${digest}` };
  },
  createRetention: async (admin) => {
    const id = await makeProject(admin, fresh('kept'));
    return { path: `${api}/retentions`, body: retentionPolicy(id, [retentionRule()]) };
  },
  updateRetention: async (admin) => {
    const path = await policy(admin);
    const { scope } = jsonOf<{ scope: { ref: number } }>(await admin.get(path));
    return { path, body: retentionPolicy(scope.ref, [retentionRule({ tags: fresh('v') })]) };
  },
  deleteRetention: async (admin) => ({ path: await policy(admin) }),
  triggerRetentionExecution: async (admin) => ({ path: `${await policy(admin)}/executions`, body: {} }),
  operateRetentionExecution: async (admin) => {
    const started = await sendJson(admin, 'POST', `${await policy(admin)}/executions`, {});
    return { path: String(started.headers.location), body: { action: 'stop' } };
  },
  putDefaultRetention: async () => ({
    path: `${own}/retention/default`,
    body: { rules: [retentionRule({ tags: fresh('v') })] },
  }),
  deleteDefaultRetention: async (admin) => {
    const path = `${own}/retention/default`;
    expectStatus(await sendJson(admin, 'PUT', path, { rules: [retentionRule()] }), 200);
    return { path };
  },
  putImagesInUse: async () => ({
    path: `${own}/in-use/${fresh('cluster')}`,
    body: { images: ['pay/api:v1'] },
  }),
  deleteImagesInUse: async (admin) => {
    const path = `${own}/in-use/${fresh('cluster')}`;
    expectStatus(await sendJson(admin, 'PUT', path, { images: ['pay/api:v1'] }), 200);
    return { path };
  },
  previewRetention: async (admin) => ({
    path: `${own}/projects/${await project(admin)}/retention/preview`,
    body: { policy: { rules: [retentionRule()] } },
  }),
  applyRetentionPlan: async (admin) => {
    const id = await makeProject(admin, fresh('kept'));
    await makePolicy(admin, id, [retentionRule()]);
    const at = `${own}/projects/${id}/retention`;
    const { plan_id: plan } = jsonOf<{ plan_id: number }>(await sendJson(admin, 'POST', `${at}/preview`, {}));
    return { path: `${at}/plans/${plan}/apply`, body: {} };
  },
  startStorageVerification: async (admin) => {
    await emptyQueue(admin);
    return { path: verifications, body: {} };
  },
  setStorageVerificationSchedule: async () => ({
    path: `${verifications}/schedule`,
    body: { cron: '0 0 3 * * *' },
  }),
  deleteStorageVerificationSchedule: async (admin) => {
    const path = `${verifications}/schedule`;
    expectStatus(await sendJson(admin, 'PUT', path, { cron: '0 0 3 * * *' }), 200);
    return { path };
  },
  startStorageReconciliation: async (admin) => {
    await noReconciliation(admin);
    return { path: reconciliations, body: {} };
  },
  setStorageReconciliationSchedule: async () => ({
    path: `${reconciliations}/schedule`,
    body: { cron: '0 0 5 * * 0' },
  }),
  deleteStorageReconciliationSchedule: async (admin) => {
    const path = `${reconciliations}/schedule`;
    expectStatus(await sendJson(admin, 'PUT', path, { cron: '0 0 5 * * 0' }), 200);
    return { path };
  },
  removeStorageStrays: async (admin) => {
    await noReconciliation(admin);
    expectStatus(await sendJson(admin, 'POST', reconciliations, {}), 202);
    await noReconciliation(admin);
    const { plan } = jsonOf<{ plan: string }>(await admin.get(`${strays}/plan`));
    return { path: `${strays}/removals`, body: { plan } };
  },
  restoreStorageStrays: async (admin) => {
    await noReconciliation(admin);
    return { path: `${strays}/restorations`, body: { keys: ['docker/none'] } };
  },
  createPurgeSchedule: async () => ({ path: `${purge}/schedule`, body: purging('0 10 3 * * *') }),
  updatePurgeSchedule: async () => ({ path: `${purge}/schedule`, body: purging('0 20 3 * * *') }),
  stopPurge: async (admin) => {
    const queued = `${api}/jobservice/queues/PURGE_AUDIT_LOG`;
    expectStatus(await sendJson(admin, 'PUT', queued, { action: 'pause' }), 200);
    const made = await sendJson(admin, 'POST', `${purge}/schedule`, purging(''));
    return { path: `${purge}/${idOf(made)}` };
  },
  createGCSchedule: async () => ({ path: gcSchedule, body: { schedule: { type: 'Manual' } } }),
  updateGCSchedule: async () => ({
    path: gcSchedule,
    body: { schedule: { type: 'Custom', cron: '0 0 3 * * *' } },
  }),
  stopGC: async (admin) => {
    const gcQueue = `${api}/jobservice/queues/GARBAGE_COLLECTION`;
    expectStatus(await sendJson(admin, 'PUT', gcQueue, { action: 'pause' }), 200);
    return { path: String((await admin.call('POST', gcSchedule)).headers.location) };
  },
  cancelJob: async (admin) => ({ path: `${own}/jobs/${await waitingJob(admin)}/cancel` }),
  stopRunningJob: async (admin) => ({ path: `${api}/jobservice/jobs/${await waitingJob(admin)}` }),
  retryJob: async (admin) => {
    const path = `${own}/jobs/${await waitingJob(admin)}`;
    expectStatus(await admin.call('POST', `${path}/cancel`, {}), 202);
    return { path: `${path}/retry` };
  },
  actionPendingJobs: async (admin) => {
    await actOnQueue(admin, 'resume');
    return { path: queue, body: { action: 'pause' } };
  },
  updateConfigurations: async () => ({
    path: `${api}/configurations`,
    body: { banner_message: JSON.stringify({ message: fresh('banner') }) },
  }),
  putSystemCVEAllowlist: async () => ({
    path: `${api}/system/CVEAllowlist`,
    body: { items: [{ cve_id: `CVE-2026-${1000 + count++}` }] },
  }),
};

/** What everybody may do: what is refused instead. */
export const refused: Readonly<Record<string, Partial<Made>>> = {
  createProject: { body: { project_name: 'library' } },
  answerDeviceLogin: { path: `${own}/device/requests/BBBB-BBBB` },
};

/** What never succeeds here, or not for an administrator who has a password: why. */
export const special: Readonly<Record<string, string>> = {
  beginDeviceLogin: 'leaves nothing: nobody is known yet',
  takeDeviceToken: 'is for a device, and nobody is known until it is given a token',
  setCliSecret: 'needs OIDC',
  renameAdmin: 'is for one account, once',
  revokeCurrentPersonalToken: 'is for a token',
};

/** What the event of each operation is called. */
export const events: Readonly<Record<string, string>> = {
  createProject: 'project.created',
  updateProject: 'project.updated',
  deleteProject: 'project.deleted',
  addProjectMetadatas: 'project.updated',
  updateProjectMetadata: 'project.updated',
  deleteProjectMetadata: 'project.updated',
  createProjectMember: 'role.granted',
  updateProjectMember: 'role.changed',
  deleteProjectMember: 'role.revoked',
  createUser: 'user.created',
  updateUserProfile: 'user.updated',
  deleteUser: 'user.deleted',
  setUserSysAdmin: 'admin.granted',
  setUserDisabled: 'user.disabled',
  updateUserPassword: 'password.changed',
  setCliSecret: 'password.changed',
  renameAdmin: 'user.updated',
  createUserGroup: 'group.created',
  updateUserGroup: 'group.renamed',
  deleteUserGroup: 'group.deleted',
  addGroupMember: 'group.joined',
  removeGroupMember: 'group.left',
  createPersonalToken: 'token.created',
  revokePersonalToken: 'token.revoked',
  revokeCurrentPersonalToken: 'token.revoked',
  revokeSession: 'session.closed',
  revokeOtherSessions: 'session.closed',
  CreateRobot: 'robot.created',
  UpdateRobot: 'robot.updated',
  RefreshSec: 'robot.refreshed',
  DeleteRobot: 'robot.deleted',
  CreateImmuRule: 'immutable.created',
  UpdateImmuRule: 'immutable.updated',
  DeleteImmuRule: 'immutable.deleted',
  CreateWebhookPolicyOfProject: 'webhook.created',
  UpdateWebhookPolicyOfProject: 'webhook.updated',
  DeleteWebhookPolicyOfProject: 'webhook.deleted',
  testWebhook: 'webhook.tested',
  redeliverWebhook: 'webhook.redelivered',
  createSystemWebhook: 'webhook.created',
  updateSystemWebhook: 'webhook.updated',
  deleteSystemWebhook: 'webhook.deleted',
  testSystemWebhook: 'webhook.tested',
  redeliverSystemWebhook: 'webhook.redelivered',
  CreateLabel: 'label.created',
  UpdateLabel: 'label.updated',
  DeleteLabel: 'label.deleted',
  addLabel: 'artifact.labelled',
  removeLabel: 'artifact.unlabelled',
  createTag: 'tag.moved',
  deleteTag: 'tag.deleted',
  CopyArtifact: 'artifact.pushed',
  deleteArtifact: 'artifact.deleted',
  updateRepository: 'repository.updated',
  deleteRepository: 'repository.deleted',
  updateQuota: 'quota.updated',
  syncQuota: 'quota.checked',
  beginView: 'view.begun',
  createGrant: 'role.granted',
  deleteGrant: 'role.revoked',
  createRole: 'role.created',
  updateRole: 'role.updated',
  deleteRole: 'role.deleted',
  createProtectedTags: 'protection.created',
  updateProtectedTags: 'protection.updated',
  deleteProtectedTags: 'protection.deleted',
  restoreTag: 'tag.moved',
  renameProject: 'project.renamed',
  moveRepository: 'repository.moved',
  releaseFormerName: 'name.released',
  putProjectDefaults: 'configuration.updated',
  answerDeviceLogin: 'device.approved',
  createBatch: 'job.started',
  undoBatch: 'job.started',
  cancelBatch: 'job.stopped',
  restoreTrash: 'artifact.restored',
  purgeTrash: 'artifact.purged',
  unblockDigest: 'digest.unblocked',
  createRetention: 'retention.created',
  updateRetention: 'retention.updated',
  deleteRetention: 'retention.deleted',
  triggerRetentionExecution: 'retention.started',
  operateRetentionExecution: 'retention.stopped',
  putDefaultRetention: 'defaultretention.updated',
  deleteDefaultRetention: 'defaultretention.deleted',
  putImagesInUse: 'inuse.updated',
  deleteImagesInUse: 'inuse.deleted',
  previewRetention: 'retention.planned',
  applyRetentionPlan: 'retention.started',
  startStorageVerification: 'job.started',
  setStorageVerificationSchedule: 'schedule.updated',
  deleteStorageVerificationSchedule: 'schedule.deleted',
  startStorageReconciliation: 'job.started',
  setStorageReconciliationSchedule: 'schedule.updated',
  deleteStorageReconciliationSchedule: 'schedule.deleted',
  removeStorageStrays: 'job.started',
  restoreStorageStrays: 'job.started',
  createPurgeSchedule: 'schedule.updated',
  updatePurgeSchedule: 'schedule.updated',
  stopPurge: 'job.stopped',
  createGCSchedule: 'job.started',
  updateGCSchedule: 'schedule.updated',
  stopGC: 'job.stopped',
  cancelJob: 'job.stopped',
  stopRunningJob: 'job.stopped',
  retryJob: 'job.retried',
  actionPendingJobs: 'queue.paused',
  updateConfigurations: 'configuration.updated',
  putSystemCVEAllowlist: 'configuration.updated',
};
