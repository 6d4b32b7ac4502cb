import { type Cli, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import { restTexts } from './text.ts';

export function notFound(cli: Cli, what: string): Refused {
  return new Refused(say(cli, restTexts.notFound, { what: what.replace(/\p{C}/gu, ' ') }), 404);
}
