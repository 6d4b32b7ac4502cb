import type { Page } from '../../ui/navigation/page.ts';
import { auditTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/activity',
    title: auditTexts.title,
    load: () => import('./activity-page.tsx').then(({ ActivityPage }) => ({ Page: ActivityPage })),
    entry: { group: 'main', order: 50, icon: 'activity', label: auditTexts.title },
  },
  {
    path: '/p/:project/activity',
    title: auditTexts.title,
    load: () =>
      import('./activity-page.tsx').then(({ ProjectActivityPage }) => ({ Page: ProjectActivityPage })),
    tab: { of: 'project', order: 60, label: auditTexts.title },
  },
];
