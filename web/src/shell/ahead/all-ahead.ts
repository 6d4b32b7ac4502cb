import type { AheadOfPage } from '../../api/ahead/question.ts';

/** Of every `pages/<name>/ahead.ts`: the build writes them in. */
export const ahead: readonly AheadOfPage[] = [];
