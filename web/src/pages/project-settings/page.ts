import type { Page } from '../../ui/navigation/page.ts';
import { projectSettingsTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/p/:project/settings',
    title: projectSettingsTexts.title,
    load: () =>
      import('./project-settings-page.tsx').then(({ ProjectSettingsPage }) => ({
        Page: ProjectSettingsPage,
      })),
    tab: { of: 'project', order: 80, label: projectSettingsTexts.title },
  },
];
