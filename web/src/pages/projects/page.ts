import type { Page } from '../../ui/navigation/page.ts';
import { projectsTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/p',
    title: projectsTexts.title,
    load: () => import('./projects-page.tsx').then(({ ProjectsPage }) => ({ Page: ProjectsPage })),
    open: true,
    entry: { group: 'main', order: 20, icon: 'box', label: projectsTexts.title },
  },
];
