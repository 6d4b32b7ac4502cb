import type { Answer } from '../../../api/call.ts';
import type { Language, Said } from '../../../ui/text/say.ts';
import { actionPhrase } from './action-phrase.ts';
import type { explainTexts } from './text.ts';

export type Explanation = Answer<'GET /api/berth/v1/explain'>;

/** Whatever rights it has, it cannot use them. */
export function isOff({ gates = [] }: Explanation): boolean {
  return gates.some(({ kind }) => kind === 'account');
}

interface Asked {
  readonly answer: Explanation;
  /** Undefined: who asks. */
  readonly who: string | undefined;
  readonly where: string;
  readonly language: Language;
}

/** The answer in one sentence; of an account that is disabled it is no. */
export function verdict({ answer, who, where, language }: Asked, said: Said<typeof explainTexts>): string {
  const phrase = actionPhrase(answer.action ?? '', where, language);
  const off = answer.gates?.find(({ kind }) => kind === 'account');
  const may = answer.allowed === true && off === undefined;
  const own = may ? said.youMay(phrase) : said.youMayNot(phrase);
  const text = who === undefined ? own : (may ? said.may : said.mayNot)(who, phrase);
  if (off === undefined) return text;
  return off.because?.kind === 'account ended' ? said.ended(text) : said.disabled(text);
}
