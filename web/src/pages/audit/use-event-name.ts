import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import type { Both } from '../../ui/text/say.ts';
import type { AuditEvent } from './audit-event.ts';
import { eventTexts } from './event-text.ts';
import { auditTexts } from './text.ts';

/** What an event is called; one that this console does not know yet is called as the API has it. */
export function useEventName(): (event: string | undefined) => string {
  const { language } = useLanguage();
  const names: Readonly<Record<string, Both<string>>> = eventTexts;
  return (event = '') => names[event]?.[language] ?? event;
}

/** What happened; what was refused did not. */
export function useEventTitle(): (event: Pick<AuditEvent, 'event' | 'result'>) => string {
  const said = useTexts(auditTexts);
  const name = useEventName();
  return ({ event, result }) => {
    if (result !== 'refused') return name(event);
    if (event === 'artifact.pulled') return said.pullRefused;
    return event === 'artifact.pushed' ? said.pushRefused : said.refusedOf(name(event));
  };
}
