import { useLanguage } from '../../ui/text/language.tsx';
import { readBecause } from './because.ts';
import { becauseText } from './because-texts.ts';

/** Why, in the language of the page; undefined: the sentence of the server is all that there is, or is the one to show. */
export function useBecauseText(): (given: unknown) => string | undefined {
  const { language } = useLanguage();
  return (given) => {
    const because = language === 'en' ? undefined : readBecause(given);
    return because === undefined ? undefined : becauseText(because);
  };
}
