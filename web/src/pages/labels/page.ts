import type { Page } from '../../ui/navigation/page.ts';
import { labelsTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/admin/labels',
    title: labelsTexts.title,
    load: () => import('./labels-page.tsx').then(({ LabelsPage }) => ({ Page: LabelsPage })),
    entry: { group: 'admin', order: 70, icon: 'tag', label: labelsTexts.title, for: 'administrators' },
  },
  {
    path: '/p/:project/labels',
    title: labelsTexts.title,
    load: () => import('./labels-page.tsx').then(({ ProjectLabelsPage }) => ({ Page: ProjectLabelsPage })),
    open: true,
    tab: { of: 'project', order: 70, label: labelsTexts.title },
  },
];
