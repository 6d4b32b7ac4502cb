import type { Page } from '../../ui/navigation/page.ts';
import { healthTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/health',
    title: healthTexts.title,
    load: () => import('./health-page.tsx').then(({ HealthPage }) => ({ Page: HealthPage })),
    entry: { group: 'admin', order: 90, icon: 'health', label: healthTexts.title, for: 'administrators' },
  },
];
