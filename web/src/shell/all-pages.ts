import type { Page } from '../ui/navigation/page.ts';

/** Of every `pages/<name>/page.ts`: the build writes them in, so a page is there because its folder is. */
export const pages: readonly Page[] = [];
