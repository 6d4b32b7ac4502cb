import type { Page } from '../../ui/navigation/page.ts';
import { projectTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/p/:project',
    title: projectTexts.repositories,
    load: () =>
      import('./repositories-page.tsx').then(({ RepositoriesPage }) => ({ Page: RepositoriesPage })),
    open: true,
    tab: { of: 'project', order: 10, label: projectTexts.repositories, inPart: true },
  },
  {
    path: '/p/:project/overview',
    title: projectTexts.overview,
    load: () => import('./overview-page.tsx').then(({ OverviewPage }) => ({ Page: OverviewPage })),
    open: true,
    tab: { of: 'project', order: 20, label: projectTexts.overview },
  },
];
