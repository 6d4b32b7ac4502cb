import type { Page } from '../../ui/navigation/page.ts';
import { searchTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/search',
    title: searchTexts.title,
    load: () => import('./search-page.tsx').then(({ SearchPage }) => ({ Page: SearchPage })),
    open: true,
  },
];
