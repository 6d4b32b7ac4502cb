import type { Page } from '../../ui/navigation/page.ts';
import { homeTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/',
    title: homeTexts.title,
    load: () => import('./home-page.tsx').then(({ HomePage }) => ({ Page: HomePage })),
    entry: { group: 'main', order: 10, icon: 'home', label: homeTexts.title },
  },
];
