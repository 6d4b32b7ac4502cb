import type { ProviderClient } from './provider-client.ts';
import { withoutEmpty } from './provider-client.ts';
import type { Attributes, ResourceType } from './resource-type.ts';

interface User {
  readonly username: string;
  readonly realname?: string;
  readonly email?: string;
  readonly sysadmin_flag?: boolean;
}

function userBody(wanted: Attributes): object {
  return withoutEmpty({
    username: wanted['username'],
    password: wanted['password'],
    sysadmin_flag: wanted['admin'],
    email: wanted['email'],
    realname: wanted['full_name'],
    new_password: wanted['password'],
  });
}

export const user: ResourceType = {
  name: 'harbor_user',
  defaults: { admin: false },
  unread: ['password'],
  failsWhenGone: true,
  create: async (api, wanted) => (await api.post('/users', userBody(wanted))).id,
  async read(api, { id, attributes }) {
    const found = await api.get<User>(id);
    return {
      ...attributes,
      username: found.username,
      full_name: found.realname ?? '',
      email: found.email ?? '',
      admin: found.sysadmin_flag ?? false,
    };
  },
  async update(api, { id, wanted, before }) {
    const body = userBody(wanted);
    await api.put(id, body);
    await api.put(`${id}/sysadmin`, body);
    if (wanted['password'] !== before['password']) await api.put(`${id}/password`, body);
  },
  destroy: (api, { id }) => api.delete(id),
};

export const group: ResourceType = {
  name: 'harbor_group',
  defaults: {},
  unread: ['ldap_group_dn'],
  create: async (api, wanted) => (await api.post('/usergroups', withoutEmpty({ ...wanted }))).id,
  async read(api, { id, attributes }) {
    const found = await api.find<{ readonly group_name: string; readonly group_type: number }>(id);
    if (found === undefined) return undefined;
    return { ...attributes, group_name: found.group_name, group_type: found.group_type };
  },
  // The provider asks for nothing: every field of a group makes another one, or is not sent.
  update: () => Promise.resolve(),
  destroy: (api, { id }) => api.deleteIfThere(id),
};

interface Access {
  readonly action: string;
  readonly resource: string;
  readonly effect?: string;
}

interface Block {
  readonly kind: string;
  readonly namespace: string;
  readonly access: readonly Access[];
}

interface Robot {
  readonly id: number;
  readonly name: string;
  readonly description?: string;
  readonly level: string;
  readonly duration?: number;
  readonly disable?: boolean;
  readonly permissions: readonly Block[];
}

function robotBody(wanted: Attributes, name: unknown): object {
  return withoutEmpty({
    name,
    level: wanted['level'],
    description: wanted['description'],
    duration: wanted['duration'],
    disable: wanted['disable'],
    permissions: wanted['permissions'],
  });
}

async function shortName(api: ProviderClient, robot: Robot): Promise<string> {
  if (robot.level === 'project') {
    const [, short] = robot.name.split(`${robot.permissions[0]?.namespace}+`);
    if (short === undefined) throw new Error(`${robot.name} does not name its project`);
    return short;
  }
  const settings = await api.get<{ readonly robot_name_prefix: { readonly value: string } }>(
    '/configurations',
  );
  const prefix = settings.robot_name_prefix.value;
  return robot.name.startsWith(prefix) ? robot.name.slice(prefix.length) : robot.name;
}

function sameAccess(one: Access, other: Access): boolean {
  return one.action === other.action && one.resource === other.resource;
}

/** An effect that the file does not name is kept only where the right is taken away. */
function readBlock(found: Block, kept: readonly Block[]): Block {
  const own = kept.find(({ kind, namespace }) => kind === found.kind && namespace === found.namespace);
  const access = found.access.map(({ action, resource, effect }): Access => {
    const known = own?.access.find((one) => sameAccess(one, { action, resource }));
    const shown = known === undefined ? (effect === 'allow' ? undefined : effect) : known.effect;
    return { action, resource, ...(shown === undefined ? {} : { effect: shown }) };
  });
  return { kind: found.kind, namespace: found.namespace, access };
}

export const robot: ResourceType = {
  name: 'harbor_robot_account',
  defaults: { description: '', disable: false, duration: -1 },
  unread: ['secret'],
  async create(api, wanted) {
    const { id, body } = await api.post('/robots', robotBody(wanted, wanted['name']));
    const made = JSON.parse(body) as { readonly id: number; readonly secret: string };
    if (made.secret === '') throw new Error('the server shows no secret');
    if (wanted['secret'] !== undefined) await api.patch(`/robots/${made.id}`, { secret: wanted['secret'] });
    return id;
  },
  async read(api, { id, attributes }) {
    const found = await api.find<Robot>(id);
    if (found === undefined) return undefined;
    const kept = (attributes['permissions'] ?? []) as readonly Block[];
    return {
      ...attributes,
      name: await shortName(api, found),
      description: found.description ?? '',
      level: found.level,
      duration: found.duration ?? 0,
      disable: found.disable ?? false,
      permissions: found.permissions.map((block) => readBlock(block, kept)),
    };
  },
  async update(api, { id, wanted, before }) {
    const { name } = await api.get<Robot>(id);
    await api.put(id, robotBody(wanted, name));
    if (wanted['secret'] !== before['secret']) await api.patch(id, { secret: wanted['secret'] });
  },
  destroy: (api, { id }) => api.delete(id),
};
