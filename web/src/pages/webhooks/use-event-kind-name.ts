import { useTexts } from '../../ui/text/language.tsx';
import { eventKindTexts } from './event-kind-text.ts';

/** Of a newer server there may be others: they are called by their code. */
export function useEventKindName(): (kind: string) => string {
  const names: Readonly<Record<string, string>> = useTexts(eventKindTexts);
  return (kind) => names[kind] ?? kind;
}
