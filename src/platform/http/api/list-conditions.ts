import { AppError } from '../../../lib/errors.ts';
import type { ColumnType, ListColumns, ListCondition, ListValue } from '../../../lib/list-condition.ts';
import { fieldNameOf } from './field-name-of.ts';
import type { Match } from './parse-list-query.ts';

const comparisons = { gt: 'above', gte: 'from', lt: 'below', lte: 'to' } as const;

/**
 * What of a `q` concerns the columns of a list: each by its name or by that of the field in Harbor's code, with an
 * operator at its end (`size__gte=5`) or without. Other keys do not count.
 * @throws AppError BAD_REQUEST for a value that the column is not compared with
 */
export function listConditions<C extends ListColumns>(
  matches: ReadonlyMap<string, Match>,
  columns: C,
): readonly ListCondition<keyof C & string>[] {
  const known = new Map<string, keyof C & string>();
  for (const column of Object.keys(columns)) {
    known.set(column, column);
    known.set(fieldNameOf(column), column);
  }
  const conditions: ListCondition<keyof C & string>[] = [];
  for (const [key, match] of matches) {
    const [name, operator] = divide(key);
    const column = known.get(name);
    if (column !== undefined && isOperator(operator))
      conditions.push(...conditionsOf({ column, type: columns[column] as ColumnType, operator }, match));
  }
  return conditions;
}

type Operator = keyof typeof comparisons | 'in' | 'exact' | 'icontains' | undefined;

interface Subject<C extends string> {
  readonly column: C;
  readonly type: ColumnType;
  readonly operator: Operator;
}

function divide(key: string): [string, string | undefined] {
  const at = key.lastIndexOf('__');
  return at < 1 ? [key, undefined] : [key.slice(0, at), key.slice(at + 2)];
}

function isOperator(text: string | undefined): text is Operator {
  return text === undefined || text in comparisons || ['in', 'exact', 'icontains'].includes(text);
}

function conditionsOf<C extends string>(subject: Subject<C>, match: Match): ListCondition<C>[] {
  const { column, type, operator } = subject;
  const bad = (): AppError => unsuitable(column);
  const value = (text: string): ListValue => typed(type, text, column);
  const oneOf = (texts: readonly string[]): ListCondition<C>[] => [
    { column, is: 'one of', values: texts.map(value), type },
  ];
  const containing = (text: string): ListCondition<C>[] => {
    if (type !== 'text') throw bad();
    return [{ column, is: 'containing', text }];
  };
  if (operator !== undefined && operator !== 'in' && match.kind !== 'exact') throw bad();
  switch (match.kind) {
    case 'exact':
      if (operator === 'in') return oneOf([match.value]);
      if (operator === 'icontains') return containing(match.value);
      return [
        {
          column,
          is: operator === undefined || operator === 'exact' ? 'equal' : comparisons[operator],
          value: value(match.value),
        },
      ];
    case 'any':
      return oneOf(match.values);
    case 'fuzzy':
      if (operator === 'in') throw bad();
      return containing(match.value);
    case 'range':
      if (operator === 'in' || type === 'flag') throw bad();
      return [
        ...(match.min === undefined ? [] : [{ column, is: 'from', value: value(match.min) } as const]),
        ...(match.max === undefined ? [] : [{ column, is: 'to', value: value(match.max) } as const]),
      ];
    case 'all':
      // One column has one value: only lists of things that hang on another know what this means.
      throw bad();
  }
}

function typed(type: ColumnType, text: string, column: string): ListValue {
  switch (type) {
    case 'text':
      return text;
    case 'integer': {
      const value = Number(text);
      if (!/^[+-]?\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) throw unsuitable(column, text);
      return value;
    }
    case 'flag':
      if (/^(?:1|t|true)$/i.test(text)) return 1;
      if (/^(?:0|f|false)$/i.test(text)) return 0;
      throw unsuitable(column, text);
    case 'time':
      return timeOf(text) ?? refuse(unsuitable(column, text));
  }
}

/** Without a zone it is UTC. */
function timeOf(text: string): number | undefined {
  const [, day, time = '00:00:00'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d(?:\.\d{1,3})?)Z?)?$/.exec(text) ?? [];
  const at = day === undefined ? Number.NaN : Date.parse(`${day}T${time}Z`);
  return Number.isNaN(at) ? undefined : at;
}

function refuse(error: AppError): never {
  throw error;
}

function unsuitable(column: string, value?: string): AppError {
  const what = value === undefined ? `${column} is not compared in this way` : `${column}=${value}`;
  return new AppError('BAD_REQUEST', { message: `invalid query string value: ${what.slice(0, 200)}` });
}
