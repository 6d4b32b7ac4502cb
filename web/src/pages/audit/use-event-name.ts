import { useLanguage } from '../../ui/text/language.tsx';
import type { Both } from '../../ui/text/say.ts';
import { eventTexts } from './event-text.ts';

/** What an event is called; one that this console does not know yet is called as the API has it. */
export function useEventName(): (event: string | undefined) => string {
  const { language } = useLanguage();
  const names: Readonly<Record<string, Both<string>>> = eventTexts;
  return (event = '') => names[event]?.[language] ?? event;
}
