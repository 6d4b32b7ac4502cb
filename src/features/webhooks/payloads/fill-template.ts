import type { Told } from './told.ts';

/** A message is some kilobytes at most, however short the template is. */
const mostFields = 50;
const field = /\{\{\s*([a-z_]+)\s*\}\}/g;

export const templateFields = [
  'type',
  'occur_at',
  'time',
  'operator',
  'repository',
  'namespace',
  'tag',
  'digest',
  'resource_url',
  'event_data',
] as const;

/**
 * A template with values in place of its fields. They are written as parts of a JSON string, whatever is around them;
 * `event_data` is JSON itself.
 */
export function fillTemplate(template: string, told: Told): string {
  const values = valuesOf(told);
  return template.replaceAll(field, (whole, name: string) => values.get(name) ?? whole);
}

/** Undefined, or what is the matter with a template: it has to be JSON once it is filled. */
export function templateProblem(template: string): string | undefined {
  const fields = [...template.matchAll(field)];
  if (fields.length > mostFields) return `the template has more than ${mostFields} fields`;
  for (const [, name = ''] of fields) {
    if (!(templateFields as readonly string[]).includes(name))
      return `the template has the field ${name}; there are ${templateFields.join(', ')}`;
  }
  try {
    JSON.parse(fillTemplate(template, example));
    return undefined;
  } catch (error) {
    return `the template is no JSON once it is filled: ${error instanceof Error ? error.message : ''}`;
  }
}

const example: Told = {
  kind: 'PUSH_ARTIFACT',
  at: 0,
  operator: '"',
  requestId: '',
  object: 'library/app',
  data: { resources: [{ digest: 'sha256:00', tag: 'v1', resource_url: 'example/library/app:v1' }] },
};

function valuesOf({ kind, at, operator, object, data }: Told): ReadonlyMap<string, string> {
  const [resource] = data.resources ?? [];
  const quoted = (text: string | undefined): string => JSON.stringify(text ?? '').slice(1, -1);
  return new Map([
    ['type', kind],
    ['occur_at', String(Math.floor(at / 1000))],
    ['time', new Date(at).toISOString()],
    ['operator', quoted(operator)],
    ['repository', quoted(object.includes('/') ? object : '')],
    ['namespace', quoted(object.split('/')[0])],
    ['tag', quoted(resource?.tag)],
    ['digest', quoted(resource?.digest)],
    ['resource_url', quoted(resource?.resource_url)],
    ['event_data', JSON.stringify(data)],
  ]);
}
