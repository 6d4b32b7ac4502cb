import type { ProviderClient } from './provider-client.ts';
import { withoutEmpty } from './provider-client.ts';
import type { Attributes, ResourceType } from './resource-type.ts';

const gib = 1024 ** 3;

interface Project {
  readonly project_id: number;
  readonly name: string;
  readonly registry_id?: number | null;
  readonly metadata: Readonly<Record<string, string | undefined>>;
  readonly cve_allowlist?: { readonly items?: readonly { readonly cve_id: string }[] };
}

function projectBody(wanted: Attributes): Record<string, unknown> {
  const quota = Number(wanted['storage_quota']);
  const items = (wanted['cve_allowlist'] as readonly string[]).map((id) => ({ cve_id: id }));
  const severity = wanted['deployment_security'];
  return {
    ...withoutEmpty({
      project_name: wanted['name'],
      registry_id: wanted['registry_id'],
      storage_limit: quota === -1 ? -1 : quota * gib,
    }),
    cve_allowlist: items.length > 0 ? { items } : {},
    metadata: {
      enable_content_trust: String(wanted['enable_content_trust']),
      enable_content_trust_cosign: String(wanted['enable_content_trust_cosign']),
      auto_scan: String(wanted['vulnerability_scanning']),
      severity: severity === '' ? 'low' : severity,
      reuse_sys_cve_allowlist: String(items.length === 0),
      public: String(wanted['public']),
      prevent_vul: String(severity !== ''),
      auto_sbom_generation: String(wanted['auto_sbom_generation']),
      proxy_speed_kb: String(wanted['proxy_speed_kb']),
      proxy_cache_local_on_not_found: String(wanted['proxy_cache_local_on_not_found']),
    },
  };
}

/** Go's `strconv.ParseBool`, as far as a server may answer; anything else fails the provider's run. */
function flag(value: string | undefined): boolean {
  if (value === undefined || value === '' || value === 'false') return false;
  if (value === 'true') return true;
  throw new Error(`${value} is no boolean`);
}

function readSeverity(metadata: Project['metadata']): string {
  const severity = metadata['severity'] ?? '';
  return (severity === 'none') === flag(metadata['prevent_vul']) ? '' : severity;
}

/** Looks through every quota, also when it has found the project's. */
async function setQuota(api: ProviderClient, id: string, quota: number): Promise<void> {
  for (let page = 1; ; page += 1) {
    const quotas = await api.get<{ readonly id: number; readonly ref: { readonly id: number } }[]>(
      `/quotas/?page=${page}&page_size=100`,
    );
    if (quotas.length === 0) return;
    const own = quotas.find(({ ref }) => `/projects/${ref.id}` === id);
    if (own !== undefined)
      await api.put(`/quotas/${own.id}`, { hard: { storage: quota > 0 ? quota * gib : quota } });
  }
}

export const project: ResourceType = {
  name: 'harbor_project',
  defaults: {
    registry_id: 0,
    public: false,
    vulnerability_scanning: true,
    storage_quota: -1,
    cve_allowlist: [],
    enable_content_trust: false,
    enable_content_trust_cosign: false,
    force_destroy: false,
    auto_sbom_generation: false,
    deployment_security: '',
    proxy_speed_kb: -1,
    proxy_cache_local_on_not_found: false,
  },
  unread: ['storage_quota', 'force_destroy'],
  async create(api, wanted) {
    const body = projectBody(wanted);
    const { id } = await api.post('/projects', body);
    if ((wanted['cve_allowlist'] as readonly string[]).length > 0) await api.put(id, body);
    return id;
  },
  async read(api, { id, attributes }) {
    const found = await api.find<Project>(id);
    if (found === undefined) return undefined;
    const { metadata } = found;
    const speed = metadata['proxy_speed_kb'] ?? '';
    return {
      ...attributes,
      name: found.name,
      registry_id: found.registry_id ?? 0,
      public: flag(metadata['public']),
      vulnerability_scanning: flag(metadata['auto_scan']),
      enable_content_trust: flag(metadata['enable_content_trust']),
      enable_content_trust_cosign: flag(metadata['enable_content_trust_cosign']),
      auto_sbom_generation: flag(metadata['auto_sbom_generation']),
      proxy_speed_kb: speed === '' ? -1 : Number(speed),
      proxy_cache_local_on_not_found: flag(metadata['proxy_cache_local_on_not_found']),
      deployment_security: readSeverity(metadata),
      cve_allowlist: (found.cve_allowlist?.items ?? []).map(({ cve_id }) => cve_id),
    };
  },
  async update(api, { id, wanted, before }) {
    await api.put(id, projectBody(wanted));
    const { quota_per_project_enable: quotas } = await api.get<{
      readonly quota_per_project_enable?: { readonly value?: boolean };
    }>('/configurations');
    if (quotas?.value === true && wanted['storage_quota'] !== before['storage_quota'])
      await setQuota(api, id, Number(wanted['storage_quota']));
  },
  async destroy(api, { id, attributes }) {
    const name = String(attributes['name']);
    const repositories = await api.pages<{ readonly name: string }>(
      `/projects/${name}/repositories?page={page}&page_size=100`,
    );
    if (repositories.length > 0 && attributes['force_destroy'] !== true)
      throw new Error(`${name} is not empty`);
    for (const { name: repository } of repositories) {
      const path = repository.slice(name.length + 1).replaceAll('/', '%252F');
      await api.delete(`/projects/${name}/repositories/${path}`);
    }
    await api.deleteIfThere(id);
  },
};

const roles = ['', 'projectadmin', 'developer', 'guest', 'maintainer', 'limitedguest'];
const groupTypes = ['', 'ldap', 'internal', 'oidc'];

interface Member {
  readonly role_id: number;
  readonly project_id: number;
  readonly entity_name: string;
}

function memberType(
  name: string,
  rest: {
    readonly unread: readonly string[];
    readonly nameOf: string;
    readonly user: (wanted: Attributes) => object;
    readonly group: (wanted: Attributes) => object;
  },
): ResourceType {
  const bodyOf = (wanted: Attributes): object => ({
    role_id: roles.indexOf(String(wanted['role'])),
    member_group: rest.group(wanted),
    member_user: rest.user(wanted),
  });
  return {
    name,
    defaults: {},
    unread: rest.unread,
    create: async (api, wanted) =>
      (await api.post(`${String(wanted['project_id'])}/members`, bodyOf(wanted))).id,
    async read(api, { id, attributes }) {
      const found = await api.find<Member>(id);
      if (found === undefined) return undefined;
      return {
        ...attributes,
        role: roles[found.role_id],
        project_id: `/projects/${found.project_id}`,
        [rest.nameOf]: found.entity_name,
      };
    },
    update: (api, { id, wanted }) => api.put(id, bodyOf(wanted)),
    destroy: (api, { id }) => api.deleteIfThere(id),
  };
}

export const memberUser = memberType('harbor_project_member_user', {
  unread: [],
  nameOf: 'user_name',
  user: (wanted) => ({ username: wanted['user_name'] }),
  group: () => ({}),
});

export const memberGroup = memberType('harbor_project_member_group', {
  unread: ['type', 'group_id', 'ldap_group_dn'],
  nameOf: 'group_name',
  user: () => ({}),
  group: (wanted) =>
    withoutEmpty({
      group_type: groupTypes.indexOf(String(wanted['type'])),
      group_name: wanted['group_name'],
      id: wanted['group_id'],
      ldap_group_dn: wanted['ldap_group_dn'],
    }),
});
