import type { harborTexts } from './text.ts';

/** What a page of Harbor is about that the console may have no page for. */
export type Feature = Exclude<keyof typeof harborTexts, 'title' | 'text' | 'toHome'>;

export interface HarborRoute {
  /** A pattern of Harbor's portal; what stands behind it leads to the same. */
  readonly path: string;
  /** Ours, the best first: the first that is there is opened. */
  readonly to: readonly string[];
  /** Said where none is there. */
  readonly about?: Feature;
}

const ofProject = '/harbor/projects/:id';
const ofRepository = `${ofProject}/repositories/:repository*`;

function part(name: string, about: Feature, ...to: readonly string[]): HarborRoute {
  return { path: `${ofProject}/${name}`, to: to.map((each) => `/p/:project/${each}`), about };
}

function admin(name: string, about: Feature, ...to: readonly string[]): HarborRoute {
  return { path: `/harbor/${name}`, to, about };
}

export const harborRoutes: readonly HarborRoute[] = [
  { path: '/harbor', to: ['/p'] },
  { path: '/harbor/projects', to: ['/p'] },
  { path: '/harbor/sign-in', to: ['/signin'] },
  { path: '/account/sign-in', to: ['/signin'] },
  { path: '/account/reset_password', to: [], about: 'passwordMail' },
  { path: '/account/oidc-onboard', to: [], about: 'oidc' },
  { path: '/oidc-onboard', to: [], about: 'oidc' },
  { path: ofProject, to: ['/p/:project'] },
  { path: `${ofProject}/summary`, to: ['/p/:project/overview', '/p/:project'] },
  { path: `${ofProject}/repositories`, to: ['/p/:project'] },
  { path: ofRepository, to: ['/p/:project/r/:repository*'], about: 'repositories' },
  { path: `${ofRepository}/artifacts-tab`, to: ['/p/:project/r/:repository*'], about: 'repositories' },
  {
    path: `${ofRepository}/info-tab`,
    to: ['/p/:project/r/:repository*/-/overview', '/p/:project/r/:repository*'],
    about: 'repositories',
  },
  { path: `${ofRepository}/artifacts-tab/:rest*`, to: ['/p/:project/r/:repository*'], about: 'repositories' },
  ...['artifacts', 'artifacts-tab/artifacts'].map((place) => ({
    path: `${ofRepository}/${place}/:digest`,
    to: ['/p/:project/r/:repository*/-/a/:digest', '/p/:project/r/:repository*'],
    about: 'repositories' as const,
  })),
  part('members', 'members', 'access', 'members'),
  part('labels', 'labels', 'labels'),
  part('scanner', 'scans', 'policies/scanner'),
  part('p2p-provider', 'preheat', 'integrations/p2p'),
  part('p2p-provider/policies', 'preheat', 'integrations/p2p'),
  part('tag-strategy', 'retention', 'retention', 'policies'),
  part('tag-strategy/tag-retention', 'retention', 'retention', 'policies'),
  part('tag-strategy/immutable-tag', 'settings', 'settings'),
  part('robot-account', 'robots', 'robots', 'access'),
  part('webhook', 'webhooks', 'webhooks', 'integrations'),
  part('logs', 'activity', 'activity'),
  part('logs/audit', 'activity', 'activity'),
  part('logs/audit-legacy', 'activity', 'activity'),
  part('configs', 'settings', 'settings'),
  admin('logs', 'activity', '/activity'),
  admin('logs/audit-log', 'activity', '/activity'),
  admin('logs/audit-legacy-log', 'activity', '/activity'),
  admin('users', 'members', '/access/people', '/admin/people'),
  admin('groups', 'members', '/access/groups', '/admin/groups'),
  admin('robot-accounts', 'robots', '/access/robots', '/admin/robots'),
  admin('registries', 'replication', '/admin/registries', '/replication'),
  admin('replications', 'replication', '/replication'),
  admin('distribution/instances', 'preheat', '/admin/registries'),
  admin('labels', 'labels', '/admin/labels'),
  admin('project-quotas', 'quotas', '/storage/quotas'),
  admin('interrogation-services', 'scans', '/security'),
  admin('interrogation-services/security-hub', 'scans', '/security'),
  admin('interrogation-services/scanners', 'scans', '/security'),
  admin('interrogation-services/vulnerability', 'scans', '/security'),
  admin('clearing-job', 'garbage', '/storage/gc', '/storage'),
  admin('clearing-job/gc', 'garbage', '/storage/gc', '/storage'),
  admin('clearing-job/audit-log-purge', 'purge', '/storage/audit-purge', '/admin/settings/audit'),
  admin('job-service-dashboard', 'jobs', '/jobs'),
  admin('job-service-dashboard/pending-jobs', 'jobs', '/jobs/queues', '/jobs'),
  admin('job-service-dashboard/schedules', 'jobs', '/jobs/schedules', '/jobs'),
  admin('job-service-dashboard/workers', 'jobs', '/jobs'),
  admin('configs', 'settings', '/admin/settings'),
  admin('configs/auth', 'settings', '/admin/settings/signIn'),
  admin('configs/security', 'settings', '/admin/settings'),
  admin('configs/setting', 'settings', '/admin/settings'),
];
