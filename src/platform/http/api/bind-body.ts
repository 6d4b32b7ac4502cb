import type { Body } from './api-route.ts';
import type { Schema } from './schema.ts';

/** A value is kept when the schema names it, with the schema's type; whatever else the body has is not looked at. */
export function bindBody(body: Body, text: string, problems: string[]): unknown {
  if (text.trim() === '' && body.optional === true) return {};
  if (text.trim() === '') {
    problems.push(`${body.name} in body is required`);
    return undefined;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it is no JSON';
    problems.push(`parsing ${body.name} body from "" failed, because ${why.slice(0, 200)}`);
    return undefined;
  }
  if (value === null) problems.push(`${body.name} in body is required`);
  return bind(body.schema, value, body.name, problems);
}

function bind(schema: Schema, value: unknown, where: string, problems: string[]): unknown {
  if (value === null || value === undefined) return undefined;
  const wrong = (): undefined => {
    problems.push(`${where} in body must be of type ${schema.type === 'integer' ? 'int64' : schema.type}`);
    return undefined;
  };
  switch (schema.type) {
    case 'string':
      if (typeof value !== 'string') return wrong();
      if (schema.maxLength !== undefined && value.length > schema.maxLength)
        problems.push(`${where} in body should be at most ${schema.maxLength} chars long`);
      return value;
    case 'integer':
      return Number.isSafeInteger(value) ? value : wrong();
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong();
    case 'array':
      if (!Array.isArray(value)) return wrong();
      return value.map((item: unknown, index) => {
        const place = `${where}.${index}`;
        // In a list there is no absence.
        if (item === null) problems.push(`${place} in body is required`);
        return bind(schema.items, item, place, problems);
      });
    case 'object': {
      if (typeof value !== 'object' || Array.isArray(value)) return wrong();
      const own = new Map<string, unknown>(Object.entries(value));
      if ('additionalProperties' in schema) {
        const pairs = [...own].map(([name, each]): [string, unknown] => [
          name,
          bind(schema.additionalProperties, each, name, problems),
        ]);
        return Object.fromEntries(pairs.filter(([, each]) => each !== undefined));
      }
      const names = Object.keys(schema.properties);
      const bound = names.map((name): [string, unknown] => [
        name,
        bind(schema.properties[name] as Schema, own.get(name), name, problems),
      ]);
      return Object.fromEntries(bound.filter(([, each]) => each !== undefined));
    }
  }
}
