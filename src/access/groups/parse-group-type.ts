import { AppError } from '../../lib/errors.ts';
import { groupTypes } from './require-group-name.ts';

/**
 * A type of groups as somebody writes it; undefined where nobody does.
 * @throws AppError BAD_REQUEST
 */
export function parseGroupType(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const found = Object.entries(groupTypes).find(([name]) => name === text.toLowerCase());
  if (found !== undefined) return found[1];
  throw new AppError('BAD_REQUEST', {
    message: `there is no type "${text.slice(0, 64)}" of groups`,
    detail: `the types are ${Object.keys(groupTypes).join(', ')}`,
  });
}

export function groupTypeName(type: number): string {
  return Object.entries(groupTypes).find(([, number]) => number === type)?.[0] ?? String(type);
}
