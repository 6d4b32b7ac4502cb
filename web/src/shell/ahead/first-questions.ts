import type { Question } from '../../api/ahead/question.ts';
import { findMatch } from '../../ui/navigation/match.ts';
import { inward } from '../../ui/navigation/prefix.ts';
import { ahead } from './all-ahead.ts';

/** What the page of the address asks first, of whoever has signed in. */
export function firstQuestions(): readonly Question[] {
  if (document.documentElement.dataset['signedIn'] !== 'yes') return [];
  const found = findMatch(ahead, inward(location.pathname));
  return found?.route.questions(found.params, location.search) ?? [];
}
