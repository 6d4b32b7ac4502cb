import type { Operations } from './generated/operations.ts';
import { send } from './send.ts';

export type OperationKey = keyof Operations;
export type Answer<K extends OperationKey> = Operations[K]['answer'];
/** One row of an answer that is a list. */
export type Row<K extends OperationKey> = Answer<K> extends readonly (infer R)[] ? R : never;

/** What an operation has to be given; the parts without a required field may be left out. */
export type Input<K extends OperationKey> = Part<'path', Operations[K]['path']> &
  Part<'query', Operations[K]['query']> &
  (Operations[K]['body'] extends undefined ? object : { readonly body: Operations[K]['body'] });

type Part<Name extends string, T> = object extends T
  ? { readonly [N in Name]?: T }
  : { readonly [N in Name]: T };

export interface Loose {
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

/** @throws ApiError */
export async function call<K extends OperationKey>(
  key: K,
  input: Input<K>,
  signal?: AbortSignal,
): Promise<Answer<K>> {
  return (await answerOf(key, input as Loose, signal)).value as Answer<K>;
}

export interface Listing<R> {
  readonly rows: readonly R[];
  /** Of all pages. */
  readonly total: number;
}

/** One page of a list, with the count of all. */
export async function list<K extends OperationKey>(
  key: K,
  input: Input<K>,
  signal?: AbortSignal,
): Promise<Listing<Row<K>>> {
  const { value, headers } = await answerOf(key, input as Loose, signal);
  const rows = (value ?? []) as readonly Row<K>[];
  return { rows, total: Number(headers.get('X-Total-Count') ?? rows.length) };
}

async function answerOf(
  key: string,
  { path = {}, query = {}, body }: Loose,
  signal: AbortSignal | undefined,
): Promise<{ readonly value: unknown; readonly headers: Headers }> {
  const [method = '', pattern = ''] = key.split(' ', 2);
  const answer = await send({
    method,
    url: addressOf(pattern, path, query),
    signal,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('Content-Type')?.includes('json') === true;
  return { value: isJson && text !== '' ? (JSON.parse(text) as unknown) : text, headers: answer.headers };
}

/** A name with slashes is one segment, which Harbor's addresses encode twice. */
export function addressOf(
  pattern: string,
  path: Readonly<Record<string, string | number>>,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const address = pattern.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const value = String(path[name] ?? '');
    const once = encodeURIComponent(value);
    return value.includes('/') ? encodeURIComponent(once) : once;
  });
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  return given.length === 0 ? address : `${address}?${search.toString()}`;
}
