import { type ComponentType, lazy } from 'react';
import type { Page, PageProps } from '../ui/navigation/page.ts';

/** By path; the code of a page is loaded when it is opened. */
export function lazyPages(pages: readonly Page[]): ReadonlyMap<string, ComponentType<PageProps>> {
  return new Map(
    pages.map(({ path, load }) => [
      path,
      lazy(async () => {
        const { Page: part } = await loadOrReload(load);
        return { default: part };
      }),
    ]),
  );
}

const reloaded = 'berth-reloaded';

/** After an upgrade the parts of the page before are gone: the page is loaded anew, once. */
export async function loadOrReload<T>(load: () => Promise<T>): Promise<T> {
  try {
    const part = await load();
    sessionStorage.removeItem(reloaded);
    return part;
  } catch (error) {
    if (sessionStorage.getItem(reloaded) !== null || !navigator.onLine) throw error;
    sessionStorage.setItem(reloaded, 'yes');
    location.reload();
    return Promise.withResolvers<never>().promise;
  }
}
