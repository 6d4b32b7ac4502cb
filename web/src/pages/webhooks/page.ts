import type { Page } from '../../ui/navigation/page.ts';
import { webhooksTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/p/:project/webhooks',
    title: webhooksTexts.title,
    load: () => import('./webhooks-page.tsx').then(({ WebhooksPage }) => ({ Page: WebhooksPage })),
    tab: { of: 'project', order: 60, label: webhooksTexts.title },
  },
];
