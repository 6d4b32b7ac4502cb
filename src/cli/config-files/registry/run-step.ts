import type { RestAnswer, RestClient } from '../../client/rest-client.ts';
import {
  type Configuration,
  type Fields,
  type Item,
  listField,
  type Plain,
  placeOfProject,
  projectOf,
  sectionOf,
  system,
  textField,
} from '../item.ts';
import type { Caller } from '../keeper.ts';
import { keeper } from '../keeper.ts';
import type { Step } from '../plan.ts';
import { api, own, type Registry } from './registry.ts';
import { robotRights } from './robot-rights.ts';

export interface Running {
  readonly registry: Registry;
  readonly caller: Caller;
  readonly wanted: Configuration;
  /** By their labels. */
  readonly groupIds: Map<string, number>;
  /** Of a robot that was made, by its whole name. */
  readonly onSecret: (name: string, secret: string) => void;
}

/** @throws Refused */
export async function runStep(running: Running, step: Step): Promise<void> {
  const { action } = step;
  if (action === 'remove') return remove(running, step.item);
  if (action === 'add') return writers[step.item.kind].add(running, step.item);
  if (action === 'change' && step.before !== undefined)
    return writers[step.item.kind].change(running, step as ChangeStep);
}

type ChangeStep = Step & { readonly before: Item };

interface Writer {
  readonly add: (running: Running, item: Item) => Promise<void>;
  readonly change: (running: Running, step: ChangeStep) => Promise<void>;
}

const writers: Readonly<Record<Item['kind'], Writer>> = {
  settings: {
    // Every registry has them.
    add: (running, { fields }) => putSettings(running, fields),
    change: (running, { changes }) =>
      putSettings(running, Object.fromEntries(changes.map(({ key, after = '' }) => [key, after]))),
  },
  role: {
    add: (running, { fields }) => send(running, 'POST', `${own}/roles`, fields),
    change: (running, { item }) =>
      send(running, 'PUT', pathOf(running, item), { permissions: item.fields['permissions'] }),
  },
  group: {
    add: async (running, { name, fields }) => {
      const type = ['local', 'ldap', 'http', 'oidc'].indexOf(textField(fields, 'type') ?? 'local');
      const body = { group_name: fields['name'], group_type: type };
      const { location = '' } = await running.registry.client.call('POST', `${api}/usergroups`, body);
      running.groupIds.set(name, Number(location.slice(location.lastIndexOf('/') + 1)));
    },
    change: nothingElse,
  },
  member: {
    add: (running, { place, name }) => send(running, 'POST', membersPath(running, place), { username: name }),
    change: nothingElse,
  },
  system: {
    add: nothingElse,
    change: (running, { item }) =>
      send(running, 'PUT', `${api}/system/CVEAllowlist`, allowlistBody(item.fields['cve_allowlist'])),
  },
  project: { add: addProject, change: changeProject },
  label: {
    add: async (running, item) => {
      const project = projectOf(item.place);
      const place = project === undefined ? { scope: 'g' } : await scopeOf(running.registry.client, project);
      return send(running, 'POST', `${api}/labels`, { ...labelBody(item.fields), ...place });
    },
    change: (running, { item, before }) =>
      send(running, 'PUT', pathOf(running, before), labelBody(item.fields)),
  },
  robot: { add: addRobot, change: changeRobot },
  grant: { add: grant, change: changeGrant },
  'immutable tags': {
    add: async (running, item) => {
      const path = pathOf(running, { ...item, id: -1 }).replace(/\/-1$/, '');
      const { location = '' } = await running.registry.client.call('POST', path, ruleBody(item.fields));
      // A new rule is always on.
      if (item.fields['disabled'] !== true) return;
      const id = Number(location.slice(location.lastIndexOf('/') + 1));
      await send(running, 'PUT', `${path}/${id}`, { ...ruleBody(item.fields), id });
    },
    change: (running, { item, before }) =>
      send(running, 'PUT', pathOf(running, before), { ...ruleBody(item.fields), id: before.id }),
  },
  'protected tags': {
    add: (running, item) =>
      send(running, 'POST', pathOf(running, { ...item, id: -1 }).replace(/\/-1$/, ''), item.fields),
    change: (running, { item, before }) => send(running, 'PUT', pathOf(running, before), item.fields),
  },
};

/** All there is of such things is in their names. */
function nothingElse(): Promise<void> {
  return Promise.resolve();
}

async function send(running: Running, method: string, path: string, body?: unknown): Promise<void> {
  await running.registry.client.call(method, path, body);
}

/** Of one that is there. */
function pathOf({ groupIds }: Pick<Running, 'groupIds'>, { kind, place, name, id = 0 }: Item): string {
  const project = projectPath(projectOf(place) ?? '');
  switch (kind) {
    case 'settings':
      return `${api}/configurations`;
    case 'system':
      return `${api}/system/CVEAllowlist`;
    case 'role':
      return `${own}/roles/${encodeURIComponent(name)}`;
    case 'group':
      return `${api}/usergroups/${id}`;
    case 'member':
      return `${membersPath({ groupIds }, place)}/${id}`;
    case 'project':
      return `${api}/${projectPath(name)}`;
    case 'label':
      return `${api}/labels/${id}`;
    case 'robot':
      return `${api}/robots/${id}`;
    case 'grant':
      return `${own}/grants/${id}`;
    case 'immutable tags':
      return `${api}/${project}/immutabletagrules/${id}`;
    case 'protected tags':
      return `${own}/${project}/protected-tags/${id}`;
  }
}

function projectPath(name: string): string {
  return `projects/${encodeURIComponent(name)}`;
}

function membersPath({ groupIds }: Pick<Running, 'groupIds'>, group: string): string {
  return `${own}/groups/${groupIds.get(group) ?? 0}/members`;
}

async function remove(running: Running, item: Item): Promise<void> {
  await send(running, 'DELETE', pathOf(running, item));
}

function putSettings(running: Running, fields: Fields): Promise<void> {
  return send(running, 'PUT', `${api}/configurations`, fields);
}

async function scopeOf(client: RestClient, project: string) {
  const { project_id: id } = await client.get<{ project_id: number }>(`${api}/${projectPath(project)}`);
  return { scope: 'p', project_id: id };
}

function labelBody({ name, description = '', color = '' }: Fields): object {
  return { name, description, color };
}

function allowlistBody(list: Plain | undefined): object {
  const fields = (list ?? {}) as Fields;
  const end = textField(fields, 'expires_at');
  return {
    items: (listField(fields, 'items') ?? []).map((id) => ({ cve_id: id })),
    ...(end === undefined ? {} : { expires_at: Date.parse(end) / 1000 }),
  };
}

/** What was granted by the creation itself, to its maker and to groups that each project has, goes unless the files have it. */
async function addProject(running: Running, { name, fields }: Item): Promise<void> {
  const { registry, caller, wanted } = running;
  const { client } = registry;
  const limit = fields['storage_limit'];
  await send(running, 'POST', `${api}/projects`, {
    project_name: name,
    ...projectBody(fields),
    ...(caller.administers && limit !== undefined ? { storage_limit: limit } : {}),
  });
  if (!caller.administers && limit !== undefined) await setLimit(client, name, limit);
  const place = placeOfProject(name);
  if (!wanted.sections.has(sectionOf({ kind: 'grant', place }))) return;
  const keeps = keeper(registry, caller);
  const asked = wanted.items.filter((item) => item.kind === 'grant' && item.place === place);
  for (const granted of await registry.grantsIn(name))
    if (!asked.some((item) => item.name === granted.name) && keeps(granted) === undefined)
      await remove(running, granted);
}

function projectBody(fields: Fields): object {
  const { public: open, sparse_manifests: sparse, metadata = {}, cve_allowlist: list } = fields;
  const flags = Object.entries({ public: open, sparse_manifests: sparse }).flatMap(([key, value]) =>
    typeof value === 'boolean' ? [[key, String(value)] as const] : [],
  );
  return {
    metadata: { ...Object.fromEntries(flags), ...(metadata as Fields) },
    ...(list === undefined ? {} : { cve_allowlist: allowlistBody(list) }),
  };
}

async function setLimit(client: RestClient, project: string, limit: Plain): Promise<void> {
  const { project_id: id } = await client.get<{ project_id: number }>(`${api}/${projectPath(project)}`);
  await client.call('PUT', `${api}/quotas/${id}`, { hard: { storage: limit } });
}

async function changeProject(running: Running, { item, before, changes }: ChangeStep): Promise<void> {
  const { client } = running.registry;
  const changed = Object.fromEntries(changes.map(({ key, after = '' }) => [key, after]));
  const { storage_limit: limit, ...others } = changed;
  if (Object.keys(others).length > 0)
    await send(running, 'PUT', pathOf(running, before), projectBody(others));
  const [was, is] = [before.fields['metadata'] ?? {}, changed['metadata']];
  if (is !== undefined)
    for (const key of Object.keys(was))
      if (!Object.hasOwn(is as Fields, key))
        await client.call('DELETE', `${pathOf(running, before)}/metadatas/${encodeURIComponent(key)}`);
  if (limit !== undefined) await setLimit(client, item.name, limit);
}

async function addRobot(running: Running, { place, fields }: Item): Promise<void> {
  const project = projectOf(place);
  const { text } = await running.registry.client.call('POST', `${api}/robots`, {
    name: fields['name'],
    ...robotBody(fields, project),
    level: project === undefined ? 'system' : 'project',
  });
  const { name, secret } = JSON.parse(text) as { name: string; secret: string };
  running.onSecret(name, secret);
}

/** The whole name is the registry's to say. */
async function changeRobot(running: Running, { item, before }: ChangeStep): Promise<void> {
  const path = pathOf(running, before);
  const { name, level } = await running.registry.client.get<{ name: string; level: string }>(path);
  await send(running, 'PUT', path, { name, level, ...robotBody(item.fields, projectOf(item.place)) });
}

function robotBody(fields: Fields, project: string | undefined): object {
  const { description = '', days: duration, disabled: disable = false } = fields;
  return { description, duration, disable, permissions: robotRights(fields, project) };
}

function whereOf({ place, fields }: Item): string {
  const project = projectOf(place);
  if (project === undefined) return system;
  const repositories = textField(fields, 'repositories');
  return repositories === undefined ? project : `${project}/${repositories}`;
}

async function grant(running: Running, item: Item): Promise<void> {
  await give(running.registry.client, item);
}

function give(client: RestClient, item: Item): Promise<RestAnswer> {
  const { who, role, tags, expires_at: end, group_type: type } = item.fields;
  const body = { who, role, where: whereOf(item), tag: tags, expires_at: end, group_type: type };
  return client.call('POST', `${own}/grants`, body);
}

/** The new one first, so that nobody is without meanwhile; where duties are separated the old one has to go before. */
async function changeGrant(running: Running, { item, before }: ChangeStep): Promise<void> {
  const moved = item.name !== before.name;
  if (moved && item.place === system) await remove(running, before);
  await grant(running, item);
  if (moved && item.place !== system) await remove(running, before);
}

function ruleBody(fields: Fields): object {
  const selector = (value: Plain | undefined, [matches, excludes]: readonly [string, string]) => {
    const form = typeof value === 'string' ? { matches: value } : ((value ?? {}) as Fields);
    const isExcluding = textField(form, 'excludes') !== undefined;
    return {
      kind: textField(form, 'kind') ?? 'doublestar',
      decoration: isExcluding ? excludes : matches,
      pattern: textField(form, 'matches') ?? textField(form, 'excludes') ?? '',
    };
  };
  return {
    action: 'immutable',
    template: 'immutable_template',
    disabled: fields['disabled'] === true,
    accept_same_digest: fields['accept_same_digest'] === true,
    tag_selectors: [selector(fields['tags'], ['matches', 'excludes'])],
    scope_selectors: { repository: [selector(fields['repositories'], ['repoMatches', 'repoExcludes'])] },
  };
}
