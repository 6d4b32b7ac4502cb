import { type ComponentType, lazy } from 'react';
import type { Page, PageProps } from '../ui/navigation/page.ts';

type Part = ComponentType<PageProps>;
export type PageCode = Pick<Page, 'path' | 'load'>;

/**
 * The code of pages, by path: loaded when a page is opened, or ahead of that. What is there before it is drawn is drawn at
 * once; behind a skeleton React holds it back for up to 0.3 s.
 */
export class PageParts {
  readonly #pages: ReadonlyMap<string, PageCode>;
  readonly #loaded = new Map<string, Part>();
  /** As it was drawn first: another one would begin anew, without what was typed. */
  readonly #given = new Map<string, Part>();

  constructor(pages: readonly PageCode[]) {
    this.#pages = new Map(pages.map((page) => [page.path, page]));
  }

  get(path: string): Part | undefined {
    const page = this.#pages.get(path);
    if (page === undefined) return undefined;
    const part = this.#given.get(path) ?? this.#loaded.get(path) ?? this.#lazy(page);
    this.#given.set(path, part);
    return part;
  }

  #lazy({ path, load }: PageCode): Part {
    return lazy(async () => {
      try {
        const { Page: part } = await loadOrReload(load);
        return { default: part };
      } catch (error) {
        this.forget(path);
        throw error;
      }
    });
  }

  /** What failed stays so: the next time that it is opened another one begins. */
  forget(path: string): void {
    this.#given.delete(path);
  }

  /** @returns whether it is there; if not it is tried again when the page is opened, which says why it fails */
  async loadAhead(path: string): Promise<boolean> {
    const page = this.#pages.get(path);
    if (page === undefined || this.#loaded.has(path)) return page !== undefined;
    try {
      const { Page: part } = await page.load();
      this.#loaded.set(path, part);
      return true;
    } catch {
      return false;
    }
  }
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
