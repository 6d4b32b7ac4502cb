import type { Texts } from '../../ui/text/say.ts';

/** Names of the pages: they are in the shell, all other texts are loaded with their page. */
export const accessTitles = {
  access: { en: 'Access', zh: '访问权限' },
} as const satisfies Texts;
