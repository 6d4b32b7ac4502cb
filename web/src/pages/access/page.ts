import type { Page } from '../../ui/navigation/page.ts';
import { accessTitles } from './text.ts';

const whoMay = () => import('./who-may/who-may-page.tsx').then(({ WhoMayPage }) => ({ Page: WhoMayPage }));

export const pages: readonly Page[] = [
  {
    path: '/p/:project/access',
    title: accessTitles.access,
    load: () => import('./project/access-page.tsx').then(({ AccessPage }) => ({ Page: AccessPage })),
    tab: { of: 'project', order: 30, label: accessTitles.access },
  },
  {
    path: '/p/:project/access/who',
    title: accessTitles.whoMay,
    load: whoMay,
  },
  {
    path: '/p/:project/r/:repository*/-/access',
    title: accessTitles.access,
    load: whoMay,
    tab: { of: 'repository', order: 40, label: accessTitles.access },
  },
  {
    path: '/access/people',
    title: accessTitles.people,
    load: () => import('./people/people-page.tsx').then(({ PeoplePage }) => ({ Page: PeoplePage })),
    entry: { group: 'admin', order: 10, icon: 'user', label: accessTitles.people, for: 'administrators' },
  },
  {
    path: '/access/people/:user',
    title: accessTitles.person,
    load: () => import('./people/person-page.tsx').then(({ PersonPage }) => ({ Page: PersonPage })),
  },
  {
    path: '/access/groups',
    title: accessTitles.groups,
    load: () => import('./groups/groups-page.tsx').then(({ GroupsPage }) => ({ Page: GroupsPage })),
    entry: { group: 'admin', order: 11, icon: 'people', label: accessTitles.groups, for: 'administrators' },
  },
  {
    path: '/access/groups/:group',
    title: accessTitles.group,
    load: () => import('./groups/group-page.tsx').then(({ GroupPage }) => ({ Page: GroupPage })),
  },
  {
    path: '/access/robots',
    title: accessTitles.robots,
    load: () => import('./robots/robots-page.tsx').then(({ RobotsPage }) => ({ Page: RobotsPage })),
    entry: { group: 'admin', order: 12, icon: 'key', label: accessTitles.robots, for: 'administrators' },
  },
  {
    path: '/p/:project/robots',
    title: accessTitles.robots,
    load: () =>
      import('./robots/project-robots-page.tsx').then(({ ProjectRobotsPage }) => ({
        Page: ProjectRobotsPage,
      })),
    tab: { of: 'project', order: 31, label: accessTitles.robots },
  },
  {
    path: '/access/explain',
    title: accessTitles.explain,
    load: () => import('./explain/explain-page.tsx').then(({ ExplainPage }) => ({ Page: ExplainPage })),
    entry: { group: 'main', order: 60, icon: 'info', label: accessTitles.explain },
  },
  {
    path: '/me',
    title: accessTitles.account,
    load: () => import('./account/account-page.tsx').then(({ AccountPage }) => ({ Page: AccountPage })),
  },
  {
    path: '/access/expiring',
    title: accessTitles.expiring,
    load: () => import('./expiring/expiring-page.tsx').then(({ ExpiringPage }) => ({ Page: ExpiringPage })),
    entry: { group: 'main', order: 61, icon: 'bell', label: accessTitles.expiring },
  },
  {
    path: '/access/roles',
    title: accessTitles.roles,
    load: () => import('./roles/roles-page.tsx').then(({ RolesPage }) => ({ Page: RolesPage })),
    entry: { group: 'admin', order: 13, icon: 'shield', label: accessTitles.roles, for: 'administrators' },
  },
];
