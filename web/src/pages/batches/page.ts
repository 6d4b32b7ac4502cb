import type { Page } from '../../ui/navigation/page.ts';
import { batchesTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/batches',
    title: batchesTexts.title,
    load: () => import('./batches-page.tsx').then(({ BatchesPage }) => ({ Page: BatchesPage })),
    entry: { group: 'operate', order: 35, icon: 'check', label: batchesTexts.title },
  },
  {
    path: '/batches/:batch',
    title: batchesTexts.batch,
    load: () => import('./batch-page.tsx').then(({ BatchPage }) => ({ Page: BatchPage })),
  },
];
