/** Where a page of Harbor's portal went. */
export type Target =
  | { readonly to: string }
  /** A page of a project, which Harbor names by its number. */
  | { readonly project: string; readonly path: (name: string) => string };

const administration: Readonly<Record<string, string>> = {
  projects: '/p',
  users: '/admin/people',
  groups: '/admin/groups',
  'robot-accounts': '/admin/robots',
  logs: '/activity',
  'clearing-job': '/storage',
  'project-quotas': '/storage',
  'job-service-dashboard': '/jobs',
  configs: '/admin/settings',
};

const tabs: Readonly<Record<string, string>> = {
  summary: '/overview',
  members: '/access',
  'robot-account': '/access',
  'tag-strategy': '/policies',
  logs: '/activity',
  webhook: '/integrations',
  configs: '/settings',
};

/** @returns undefined for a page that has no counterpart */
export function fromHarbor(path: string): Target | undefined {
  if (path === '/account/sign-in') return { to: '/signin' };
  const segments = path.split('/').filter((each) => each !== '');
  const [, page = 'projects', project, part, name] = segments;
  const digest = segments.find((each) => each.startsWith('sha256:'));
  if (page === 'projects' && project !== undefined) {
    if (part === 'repositories') return { project, path: (of) => repositoryPath(of, name, digest) };
    const tab = tabs[part ?? ''] ?? '';
    return { project, path: (of) => `/p/${encodeURIComponent(of)}${tab}` };
  }
  const to = administration[page];
  return to === undefined ? undefined : { to };
}

/** Harbor encodes the slashes of a name, sometimes twice. */
function repositoryPath(project: string, name: string | undefined, digest: string | undefined): string {
  const root = `/p/${encodeURIComponent(project)}`;
  if (name === undefined) return root;
  const plain = decodeURIComponent(decodeURIComponent(name)).split('/').map(encodeURIComponent).join('/');
  return `${root}/r/${plain}${digest === undefined ? '' : `/-/a/${digest}`}`;
}
