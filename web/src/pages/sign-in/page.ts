import type { Page } from '../../ui/navigation/page.ts';
import { signInPageTexts } from './text.ts';

export const pages: readonly Page[] = [
  {
    path: '/signin',
    title: signInPageTexts.title,
    load: () => import('./sign-in-page.tsx').then(({ SignInPage }) => ({ Page: SignInPage })),
    open: true,
    bare: true,
  },
];
