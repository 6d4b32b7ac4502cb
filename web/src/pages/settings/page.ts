import type { Page } from '../../ui/navigation/page.ts';
import { settingsTexts } from './text.ts';

const load: Page['load'] = () =>
  import('./settings-page.tsx').then(({ SettingsPage }) => ({ Page: SettingsPage }));

export const pages: readonly Page[] = [
  {
    path: '/admin/settings',
    title: settingsTexts.title,
    load,
    entry: {
      group: 'admin',
      order: 80,
      icon: 'settings',
      label: settingsTexts.title,
      for: 'administrators',
      within: '/admin/settings',
    },
  },
  { path: '/admin/settings/:section', title: settingsTexts.title, load },
];
