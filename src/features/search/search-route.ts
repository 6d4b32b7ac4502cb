import { type Asker, type RestRoute, restRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { offsetOf, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { findKind, type Kind, kinds, mostFound } from './find-kind.ts';
import { readWords } from './read-words.ts';

const text = { type: 'string' } as const;
const integer = { type: 'integer', format: 'int64' } as const;

const foundSchema = {
  type: 'object',
  properties: {
    totals: {
      type: 'object',
      description: `How much there is of each kind; ${mostFound}: that much, or more.`,
      properties: {
        project: integer,
        repository: integer,
        tag: integer,
        artifact: integer,
        user: integer,
        label: integer,
      },
    },
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          kind: { type: 'string', enum: kinds },
          project: text,
          repository: { type: 'string', description: 'Behind the slash of its project.' },
          tag: { type: 'string', description: 'Of an artifact the one that was pushed last.' },
          digest: text,
          label: text,
          color: text,
          username: text,
          user_id: integer,
          realname: text,
          public: { type: 'boolean' },
          repository_count: integer,
          artifact_count: integer,
          pull_count: integer,
          push_time: { type: 'string', format: 'date-time' },
        },
      },
    },
  },
} as const satisfies ObjectSchema;

/** Harbor's looks at names of projects and repositories only. */
export function searchRoute(deps: { readonly db: Database }): RestRoute {
  return restRoute.visitor({
    method: 'GET',
    path: '/api/berth/v1/search',
    operationId: 'searchEverything',
    tag: 'search',
    summary:
      'Projects, repositories, tags, artifacts, accounts and labels that the caller can see, by a part of a name.',
    needs: 'anyone',
    parameters: {
      q: {
        in: 'query',
        required: true,
        description:
          'A part of a name, the first seven or more digits of a digest, @ and a part of an account’s name, or a reference without its host: pay/api:v1, pay/api@sha256:9f2c41a.',
        schema: text,
      },
      kind: {
        in: 'query',
        description: 'Items of this kind only; default: the page of each kind.',
        schema: { type: 'string', enum: kinds },
      },
      ...pageParameters,
    },
    answers: { 200: { description: 'How much was found, and a page of it.', schema: foundSchema } },
    refusals: [],
    run: async ({ parameters }, asker) => ({ status: 200, body: await search(deps, asker, parameters) }),
  });
}

interface Asked {
  readonly q: string;
  readonly kind?: string | undefined;
  readonly page: number;
  readonly page_size: number;
}

async function search({ db }: { readonly db: Database }, asker: Asker, asked: Asked) {
  const wanted = readWords(asked.q);
  const page = parsePage(asked);
  const totals: Partial<Record<Kind, number>> = {};
  const items: Readonly<Record<string, unknown>>[] = [];
  for (const kind of kinds) {
    const shown = asked.kind === undefined || asked.kind === kind;
    const limit = shown ? (page.size === 0 ? mostFound : page.size) : 0;
    const found = await findKind(db.reader, asker, { wanted, kind, offset: offsetOf(page), limit });
    totals[kind] = Math.min(found.count, mostFound);
    if (shown) items.push(...found.items);
  }
  return { totals, items };
}
