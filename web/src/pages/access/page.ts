import type { Page } from '../../ui/navigation/page.ts';
import { accessTitles } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/p/:project/access',
    title: accessTitles.access,
    load: () => import('./project/access-page.tsx').then(({ AccessPage }) => ({ Page: AccessPage })),
    tab: { of: 'project', order: 30, label: accessTitles.access },
  },
];
