import { becauseValues } from '../../../lib/because.ts';
import { becauseHeader } from '../error-body.ts';
import type { AnswerKind, ApiRoute } from './api-route.ts';
import type { ObjectSchema } from './schema.ts';

type Json = Readonly<Record<string, unknown>>;

/** Also of what is not refused as a whole, such as one of many changes. */
export const becauseSchema = {
  type: 'object',
  description: 'Why, for programs; absent where there is but a sentence.',
  properties: {
    kind: { type: 'string', enum: Object.keys(becauseValues) },
    values: {
      type: 'object',
      description: 'The names and numbers of the sentence.',
      additionalProperties: { type: 'string' },
    },
  },
} as const satisfies ObjectSchema;

const valuesByKind = Object.entries(becauseValues)
  .map(([kind, names]) => `${kind}: ${names.join(', ')}`.trimEnd())
  .join('\n');

const refusal: ObjectSchema = {
  type: 'object',
  properties: {
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          code: { type: 'string' },
          message: { type: 'string' },
          detail: { type: 'string', description: 'What to do; below /api/berth only.' },
          because: {
            ...becauseSchema,
            properties: {
              ...becauseSchema.properties,
              values: {
                ...becauseSchema.properties.values,
                description: `The names and numbers of the sentence, by kind:\n${valuesByKind}`,
              },
            },
            description: `Why, for programs; absent where there is but a sentence. Below /api/berth, elsewhere for requests with ${becauseHeader}: true.`,
          },
        },
        required: ['code', 'message'],
      },
    },
  },
  required: ['errors'],
};

/** What every operation may answer, whoever asks for whatever. */
const everywhere = [400, 406, 500, 503];

/** OpenAPI 3.1, of the operations that there are and of nothing else. */
export function openApiDocument(routes: readonly ApiRoute[], info: { readonly version: string }): Json {
  const paths = new Map<string, Record<string, Json>>();
  for (const route of routes) {
    const operations = paths.get(route.path) ?? {};
    operations[route.method.toLowerCase()] = operationOf(route);
    paths.set(route.path, operations);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Berth',
      version: info.version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: Object.fromEntries([...paths].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'sid',
          description: 'Changes need the header X-Harbor-CSRF-Token of the answer before.',
        },
      },
      schemas: { Refusal: refusal },
      parameters: {
        requestId: {
          name: 'X-Request-Id',
          in: 'header',
          description: 'Comes back in the answer, and stands in the log.',
          schema: { type: 'string' },
        },
      },
    },
  };
}

function operationOf(route: ApiRoute): Json {
  const parameters = Object.entries(route.parameters).map(([name, { in: place, ...rest }]) => ({
    name,
    in: place,
    ...rest,
  }));
  const { body } = route;
  const refusals = [
    ...new Set([...route.refusals, ...everywhere, ...(body === undefined ? [] : [413, 415])]),
  ];
  const binds = parameters.length > 0 || body !== undefined;
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: `Needs: ${route.needs}.`,
    tags: [route.tag],
    security: [{ basic: [] }, { session: [] }, {}],
    parameters: [{ $ref: '#/components/parameters/requestId' }, ...parameters],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.optional !== true,
            content: { 'application/json': { schema: body.schema } },
          },
        }),
    responses: Object.fromEntries([
      ...[...refusals, ...(binds ? [422] : [])].map((status) => [String(status), refused]),
      // Behind them: a refusal may have a form of its own.
      ...Object.entries(route.answers).map(([status, kind]) => [status, answerOf(kind)]),
    ]),
  };
}

const refused: Json = {
  description: 'Refused; the body says why.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } },
};

function answerOf({ description, schema, headers = [], mediaType, otherMediaType }: AnswerKind): Json {
  const named = headers.map((name) => [name, { schema: { type: 'string' } }]);
  return {
    description,
    ...(named.length === 0 ? {} : { headers: Object.fromEntries(named) as Json }),
    ...(schema === undefined
      ? {}
      : {
          content: {
            [mediaType ?? 'application/json']: { schema },
            ...(otherMediaType === undefined ? {} : { [otherMediaType]: { schema } }),
          },
        }),
  };
}
