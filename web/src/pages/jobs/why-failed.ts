import type { Said } from '../../ui/text/say.ts';
import type { failedTexts } from './failed-text.ts';

type Known = Exclude<keyof typeof failedTexts, 'serverSays' | `${string}ext`>;
type Next = Extract<keyof typeof failedTexts, `${string}ext`>;

/** What the server says, whole or where more follows; a job keeps its sentence only. */
export const knownFailures: readonly (readonly [RegExp, Known, Next])[] = [
  [/^the storage is not the one this registry belongs to$/, 'foreign', 'foreignNext'],
  [/^the storage does not answer$/, 'away', 'storageNext'],
  [/^the storage answered with an input\/output error$/, 'broken', 'storageNext'],
  [/^the storage can only be read$/, 'readOnly', 'storageNext'],
  [/^the storage is full$/, 'full', 'fullNext'],
  [/^the server has as many files and connections open as it may$/, 'files', 'filesNext'],
  [/^the database does not answer$/, 'database', 'databaseNext'],
  [/^its server ended in the middle (\d+) times$/, 'lost', 'lostNext'],
  [/^the storage did not delete (\d+) objects; the next run tries again/, 'notDeleted', 'stayedNext'],
  [/^the storage did not move (\d+) objects; the next run tries again/, 'notMoved', 'stayedNext'],
  [
    /^(\d+) blobs are damaged: (\d+) missing, (\d+) of a wrong size, (\d+) corrupt$/,
    'damaged',
    'damagedNext',
  ],
  [/^(\d+) of (\d+) artifacts could not be deleted$/, 'artifactsStayed', 'namedNext'],
  [/^(\d+) of (\d+) objects could not be brought back/, 'objectsStayed', 'namedNext'],
  [/^(\d+) periods are not what was closed/, 'periodsStayed', 'periodsNext'],
];

/** Why a job failed, in the language of the page where it is one of the usual reasons, and what to do. */
export function whyFailed(
  message: string,
  said: Said<typeof failedTexts>,
): { readonly why: string | undefined; readonly next: string } {
  for (const [pattern, why, next] of knownFailures) {
    const found = pattern.exec(message);
    if (found === null) continue;
    const text: string | ((...values: string[]) => string) = said[why];
    return { why: typeof text === 'string' ? text : text(...found.slice(1)), next: said[next] };
  }
  return { why: undefined, next: said.next };
}

/** As a sentence of its own. */
export function asSentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
