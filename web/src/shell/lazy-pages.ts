import { type ComponentType, lazy } from 'react';
import type { Page, PageProps } from '../ui/navigation/page.ts';

/** By path; the code of a page is loaded when it is opened. */
export function lazyPages(pages: readonly Page[]): ReadonlyMap<string, ComponentType<PageProps>> {
  return new Map(
    pages.map(({ path, load }) => [
      path,
      lazy(async () => {
        const { Page: part } = await load();
        return { default: part };
      }),
    ]),
  );
}
