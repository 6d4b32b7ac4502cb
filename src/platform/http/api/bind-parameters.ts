import type { Parameter, Parameters } from './api-route.ts';

export type BoundValue = string | number | boolean | readonly string[] | undefined;

export interface GivenParameters {
  readonly path: Readonly<Record<string, string>>;
  readonly query: ReadonlyMap<string, string>;
  readonly header: (name: string) => string | undefined;
}

/** An empty value is none. What is wrong is added to `problems`, in the words that Harbor's clients know. */
export function bindParameters(
  parameters: Parameters,
  given: GivenParameters,
  problems: string[],
): Record<string, BoundValue> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => {
      const text = textOf(parameter, name, given);
      if (text !== '') return [name, parse(parameter.schema, text, `${name} in ${parameter.in}`, problems)];
      if (parameter.allowEmptyValue && given.query.has(name)) return [name, ''];
      if (parameter.required) problems.push(`${name} in ${parameter.in} is required`);
      return [name, parameter.schema.default];
    }),
  );
}

function textOf(parameter: Parameter, name: string, given: GivenParameters): string {
  switch (parameter.in) {
    case 'path':
      return given.path[name] ?? '';
    case 'query':
      return given.query.get(name) ?? '';
    case 'header':
      return given.header(name) ?? '';
  }
}

const trueWords = ['1', 't', 'true', 'y', 'yes', 'on', 'ok', 'selected', 'checked', 'enabled'];
const falseWords = ['0', 'f', 'false', 'n', 'no', 'off'];

function parse(schema: Parameter['schema'], text: string, where: string, problems: string[]): BoundValue {
  if (schema.type === 'string') {
    if (schema.enum !== undefined && !schema.enum.includes(text))
      problems.push(`${where} should be one of [${schema.enum.join(' ')}]`);
    return text;
  }
  if (schema.type === 'array') return text.split(',');
  if (schema.type === 'boolean') {
    const word = text.toLowerCase();
    if (trueWords.includes(word)) return true;
    if (!falseWords.includes(word))
      problems.push(`${where} must be of type boolean: ${JSON.stringify(text)}`);
    return false;
  }
  if (!isInt64(text)) {
    problems.push(`${where} must be of type int64: ${JSON.stringify(text)}`);
    return undefined;
  }
  const { maximum } = schema;
  const value = Number(text);
  if (maximum !== undefined && value > maximum)
    problems.push(`${where} should be less than or equal to ${maximum}`);
  return Math.max(Math.min(value, Number.MAX_SAFE_INTEGER), Number.MIN_SAFE_INTEGER);
}

const maxInt64 = 2n ** 63n - 1n;

function isInt64(text: string): boolean {
  if (!/^[+-]?\d{1,30}$/.test(text)) return false;
  const value = BigInt(text.replace(/^\+/, ''));
  return value <= maxInt64 && value >= -maxInt64 - 1n;
}
