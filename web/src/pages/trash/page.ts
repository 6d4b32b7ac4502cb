import type { Page } from '../../ui/navigation/page.ts';
import { trashTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/storage/trash',
    title: trashTexts.title,
    load: () => import('./trash-page.tsx').then(({ TrashPage }) => ({ Page: TrashPage })),
    entry: { group: 'operate', order: 30, icon: 'trash', label: trashTexts.title },
  },
];
