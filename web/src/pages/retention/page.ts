import type { Page } from '../../ui/navigation/page.ts';
import { retentionTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/p/:project/retention',
    title: retentionTexts.title,
    load: () => import('./retention-page.tsx').then(({ RetentionPage }) => ({ Page: RetentionPage })),
    tab: { of: 'project', order: 50, label: retentionTexts.title },
  },
];
