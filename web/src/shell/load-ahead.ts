import type { QueryClient } from '@tanstack/react-query';
import { forgetAsked } from '../api/ahead/asked.ts';
import type { Question } from '../api/ahead/question.ts';
import { answerQuery, listQuery } from '../api/use-list.ts';
import { matcherOf } from '../ui/navigation/match.ts';
import { inward } from '../ui/navigation/prefix.ts';
import { firstQuestions } from './ahead/first-questions.ts';
import { pages } from './all-pages.ts';
import { PageParts } from './lazy-pages.ts';

export const parts = new PageParts(pages);
export const findPage = matcherOf(pages);

/** A slow network shows the frame without waiting longer for the page in it. */
const mostMs = 300;

/**
 * The code of the page that is opened, and what it asks first, so that it is drawn once and not a second time; resolves when
 * all is there, or is late.
 */
export async function loadFirstPage(queries: QueryClient): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, mostMs);
  const answers = firstQuestions().map((question) => ask(queries, question));
  forgetAsked();
  await Promise.race([late, Promise.all([loadPageOf(location.pathname), ...answers])]);
  clearTimeout(timer);
}

/** What fails is asked again when the page is drawn, which says why. */
async function ask(queries: QueryClient, { key, input, isList }: Question): Promise<void> {
  await Promise.allSettled([
    isList ? queries.query(listQuery(key, input as never)) : queries.query(answerQuery(key, input as never)),
  ]);
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
