import type { Page } from '../../ui/navigation/page.ts';
import { garbageTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/storage/gc',
    title: garbageTexts.title,
    load: () => import('./garbage-page.tsx').then(({ GarbagePage }) => ({ Page: GarbagePage })),
    entry: { group: 'operate', order: 40, icon: 'recycle', label: garbageTexts.title, for: 'administrators' },
  },
];
