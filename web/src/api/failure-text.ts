import type { Language, Said } from '../ui/text/say.ts';
import { ApiError } from './api-error.ts';
import { becauseText } from './because/because-texts.ts';
import type { apiTexts } from './text.ts';

/**
 * In one line. The server's own sentence is English: to others it is told from its parts, or comes behind the kind of
 * refusal.
 */
export function failureText(error: Error, language: Language, said: Said<typeof apiTexts>): string {
  if (!(error instanceof ApiError)) return said.broken;
  const { status, message, detail, because } = error;
  if (status === 0) return said.away;
  const own = language === 'en' || because === undefined ? undefined : becauseText(because);
  if (own !== undefined) return own;
  const sentence = detail === undefined ? message : `${message}: ${detail}`;
  return `${language === 'en' ? '' : kindOfFailure(status, said)}${sentence}`;
}

/** Empty: of none that people meet. */
function kindOfFailure(status: number, said: Said<typeof apiTexts>): string {
  switch (status) {
    case 400:
    case 422:
      return said.notValid;
    case 401:
      return said.signInFirst;
    case 403:
      return said.refused;
    case 404:
      return said.notThere;
    case 409:
      return said.inTheWay;
    case 412:
      return said.notAsThingsAre;
    case 429:
      return said.tooMany;
    case 507:
      return said.noRoom;
    default:
      return '';
  }
}
