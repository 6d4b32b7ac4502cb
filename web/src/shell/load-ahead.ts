import { matcherOf } from '../ui/navigation/match.ts';
import { inward } from '../ui/navigation/prefix.ts';
import { pages } from './all-pages.ts';
import { PageParts } from './lazy-pages.ts';

export const parts = new PageParts(pages);
export const findPage = matcherOf(pages);

/** A slow network shows the frame without waiting longer for the page in it. */
const mostMs = 300;

/** The code of the page that is opened; resolves when it is there, or is late. */
export async function loadFirstPage(): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, mostMs);
  await Promise.race([late, loadPageOf(location.pathname)]);
  clearTimeout(timer);
}

/** Whoever points at a link, or comes to it by the keyboard, is likely to follow it. */
export function loadPointedPages(): void {
  for (const event of ['pointerover', 'focusin'] as const)
    document.addEventListener(event, ({ target }) => {
      const link = target instanceof Element ? target.closest('a') : null;
      if (link !== null && link.origin === location.origin) void loadPageOf(link.pathname);
    });
}

async function loadPageOf(path: string): Promise<void> {
  const found = findPage(inward(path));
  if (found !== undefined) await parts.loadAhead(found.route.path);
}
