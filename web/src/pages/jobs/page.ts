import type { Page } from '../../ui/navigation/page.ts';
import { jobsTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/jobs',
    title: jobsTexts.title,
    load: () => import('./jobs-page.tsx').then(({ JobsPage }) => ({ Page: JobsPage })),
    entry: { group: 'operate', order: 50, icon: 'jobs', label: jobsTexts.title, for: 'administrators' },
  },
  {
    path: '/jobs/queues',
    title: jobsTexts.queues,
    load: () => import('./queues-page.tsx').then(({ QueuesPage }) => ({ Page: QueuesPage })),
  },
  {
    path: '/jobs/schedules',
    title: jobsTexts.schedules,
    load: () => import('./schedules-page.tsx').then(({ SchedulesPage }) => ({ Page: SchedulesPage })),
  },
  {
    path: '/jobs/:job',
    title: jobsTexts.job,
    load: () => import('./job-page.tsx').then(({ JobPage }) => ({ Page: JobPage })),
  },
];
