import type { Page } from '../../ui/navigation/page.ts';
import { repositoryTexts } from './text.ts';

const path = '/p/:project/r/:repository*';

export const pages: readonly Page[] = [
  {
    path,
    title: repositoryTexts.tags,
    load: () => import('./tags-page.tsx').then(({ TagsPage }) => ({ Page: TagsPage })),
    open: true,
    tab: { of: 'repository', order: 10, label: repositoryTexts.tags },
  },
  {
    path: `${path}/-/artifacts`,
    title: repositoryTexts.artifacts,
    load: () => import('./artifacts-page.tsx').then(({ ArtifactsPage }) => ({ Page: ArtifactsPage })),
    open: true,
    tab: { of: 'repository', order: 20, label: repositoryTexts.artifacts },
  },
  {
    path: `${path}/-/overview`,
    title: repositoryTexts.overview,
    load: () => import('./overview-page.tsx').then(({ OverviewPage }) => ({ Page: OverviewPage })),
    open: true,
    tab: { of: 'repository', order: 30, label: repositoryTexts.overview },
  },
  {
    path: `${path}/-/settings`,
    title: repositoryTexts.settings,
    load: () => import('./settings-page.tsx').then(({ SettingsPage }) => ({ Page: SettingsPage })),
    tab: { of: 'repository', order: 50, label: repositoryTexts.settings },
  },
];
