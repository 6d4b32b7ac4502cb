import type { Served, ServedParameter } from './served-document.ts';

interface Shape {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape;
}

/** The operations of a document as types of the console: what each takes, and what it answers with. */
export function renderOperations(operations: readonly Served[]): string {
  const entries = operations
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .map(
      (operation) =>
        `  /** ${operation.operationId} */ readonly '${keyOf(operation)}': ${typeOf(operation)};`,
    );
  return [
    '// Made from /api/openapi.json by `npm run web:api`.',
    '',
    '/** By method and path. Whatever an answer has may be absent. */',
    'export interface Operations {',
    ...entries,
    '}',
    '',
  ].join('\n');
}

function keyOf({ method, path }: Served): string {
  return `${method} ${path}`;
}

function typeOf(operation: Served): string {
  const named = operation.parameters.filter(({ name }) => name !== undefined);
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const parts = [
    `readonly path: ${parametersOf(named.filter((each) => each.in === 'path'))}`,
    `readonly query: ${parametersOf(named.filter((each) => each.in === 'query'))}`,
    `readonly body: ${body === undefined ? 'undefined' : shapeOf(body)}`,
    `readonly answer: ${answerOf(operation)}`,
  ];
  return `{ ${parts.join('; ')} }`;
}

function parametersOf(parameters: readonly ServedParameter[]): string {
  const fields = parameters.map(
    ({ name, required, schema }) =>
      `readonly ${quoted(name)}${required === true ? '' : '?'}: ${shapeOf(schema)}`,
  );
  return fields.length === 0 ? 'object' : `{ ${fields.join('; ')} }`;
}

function answerOf({ responses }: Served): string {
  const [, good] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? [];
  const content: { readonly schema?: Shape } | undefined = Object.values(good?.content ?? {})[0];
  return content?.schema === undefined ? 'undefined' : shapeOf(content.schema);
}

function shapeOf(shape: Shape): string {
  if (shape.enum !== undefined) return shape.enum.map((value) => literal(value)).join(' | ');
  switch (shape.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return `readonly (${shapeOf(shape.items ?? {})})[]`;
    case 'object':
      return objectOf(shape);
    default:
      return 'unknown';
  }
}

function objectOf(shape: Shape): string {
  if (shape.additionalProperties !== undefined)
    return `Readonly<Record<string, ${shapeOf(shape.additionalProperties)}>>`;
  const fields = Object.entries(shape.properties ?? {}).map(([name, field]) => {
    const optional = shape.required?.includes(name) === true ? '' : '?';
    return `readonly ${quoted(name)}${optional}: ${shapeOf(field)}`;
  });
  return fields.length === 0 ? 'object' : `{ ${fields.join('; ')} }`;
}

function quoted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : literal(name);
}

function literal(text: string): string {
  return `'${text.replaceAll(/['\\]/g, (sign) => `\\${sign}`)}'`;
}
