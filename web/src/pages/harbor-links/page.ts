import type { Page } from '../../ui/navigation/page.ts';
import { harborTexts } from './text.ts';

const paths = ['/harbor', '/harbor/:page', '/harbor/:page/:rest*', '/account/sign-in'];

/** Addresses of Harbor's portal, which stand in chats, build logs and bookmarks. */
export const pages: readonly Page[] = paths.map((path) => ({
  path,
  title: harborTexts.title,
  load: () => import('./harbor-page.tsx').then(({ HarborPage }) => ({ Page: HarborPage })),
  open: true,
}));
