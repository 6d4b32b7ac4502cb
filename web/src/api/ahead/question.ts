import type { Params } from '../../ui/navigation/match.ts';
import { addressOf, type Input, type Loose, type OperationKey } from '../call.ts';

/** What `useAnswer`, or with `isList` `useList`, asks the server. */
export interface Question {
  readonly key: OperationKey;
  readonly input: Loose;
  readonly isList: boolean;
}

export interface AheadOfPage {
  /** The pattern of a page. */
  readonly path: string;
  /** What the page asks first: together with its code, rather than behind it. `search` with its question mark, or empty. */
  readonly questions: (params: Params, search: string) => readonly Question[];
}

export function forAnswer<K extends OperationKey>(key: K, input: Input<K>): Question {
  return { key, input: input as Loose, isList: false };
}

export function forList<K extends OperationKey>(key: K, input: Input<K>): Question {
  return { key, input: input as Loose, isList: true };
}

export function addressOfQuestion({ key, input }: Question): string {
  const { path = {}, query = {} } = input;
  return addressOf(key.split(' ', 2)[1] ?? '', path, query);
}
