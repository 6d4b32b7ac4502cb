import type { Language } from '../../ui/text/say.ts';
import { kindTexts } from './kind-text.ts';

const isKnown = (kind: string): kind is keyof typeof kindTexts => Object.hasOwn(kindTexts, kind);

/** What a kind of job is called; one that has no name here is called as the API has it. */
export function kindName(kind: string, language: Language): string {
  return isKnown(kind) ? kindTexts[kind][language] : kind;
}
