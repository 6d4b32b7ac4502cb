/** How a column of a list is compared. `time` is milliseconds, `flag` 0 or 1. */
export type ColumnType = 'text' | 'integer' | 'time' | 'flag';

/** The columns that a list is filtered by, under the names that callers know; no other is ever compared. */
export type ListColumns = Readonly<Record<string, ColumnType>>;

export type ListValue = string | number;

/** One condition on a list, checked against the type of its column. */
export type ListCondition<C extends string = string> = { readonly column: C } & (
  | { readonly is: 'equal' | 'above' | 'below' | 'from' | 'to'; readonly value: ListValue }
  /** Part of the text, in any case of ASCII letters. */
  | { readonly is: 'containing'; readonly text: string }
  | { readonly is: 'one of'; readonly values: readonly ListValue[]; readonly type: ColumnType }
);

export interface SortKey<K extends string> {
  readonly key: K;
  readonly descending: boolean;
}
