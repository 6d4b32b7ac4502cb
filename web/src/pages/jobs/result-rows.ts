import { resultTexts } from './result-text.ts';

export interface ResultRow {
  readonly key: string;
  /** Undefined: this console does not know it yet. */
  readonly name: keyof typeof resultTexts | undefined;
  readonly value: unknown;
  readonly as: 'bytes' | 'count' | 'time' | 'text';
  /** Something stayed that was to go, or is not as it should be. */
  readonly isTrouble: boolean;
}

const sizes = new Set(['freed_space', 'in_trash']);
const troubles = new Set([
  'broken',
  'copiesGone',
  'corrupt',
  'failed',
  'left',
  'missing',
  'refused',
  'wrongSize',
]);

const isKnown = (name: string): name is keyof typeof resultTexts => Object.hasOwn(resultTexts, name);

/** What a job found out, a row each; its sentence for the log is left out, which says the same in English. */
export function resultRows(kind: string, result: object): readonly ResultRow[] {
  return Object.entries(result as Readonly<Record<string, unknown>>)
    .filter(([key]) => key !== 'summary')
    .map(([key, value]) => ({
      key,
      name: [`${kind}.${key}`, key].find(isKnown),
      value,
      as: formOf(key, value),
      isTrouble: troubles.has(key) && typeof value === 'number' && value > 0,
    }));
}

function formOf(key: string, value: unknown): ResultRow['as'] {
  if (typeof value === 'number') return sizes.has(key) || /bytes$/i.test(key) ? 'bytes' : 'count';
  return key.endsWith('_until') ? 'time' : 'text';
}
