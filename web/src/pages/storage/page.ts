import type { Page } from '../../ui/navigation/page.ts';
import { storageTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/storage',
    title: storageTexts.title,
    load: () => import('./storage-page.tsx').then(({ StoragePage }) => ({ Page: StoragePage })),
    entry: {
      group: 'operate',
      order: 20,
      icon: 'storage',
      label: storageTexts.title,
      for: 'administrators',
      within: '/storage/quotas',
    },
  },
  {
    path: '/storage/quotas',
    title: storageTexts.quotas,
    load: () => import('./quotas-page.tsx').then(({ QuotasPage }) => ({ Page: QuotasPage })),
  },
];
