import { readsSystem } from '../../access/authorize.ts';
import { requireInProject } from '../../access/denied.ts';
import { grantsAround } from '../../access/grants/grant-page-reads.ts';
import { grantsOfUser } from '../../access/grants/grant-reads.ts';
import { anonymousId } from '../../access/principal.ts';
import { findProject } from '../../access/projects/project-reads.ts';
import { type RestRoute, restRoute, type SignedInAsker } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { grantSchema, grantView } from './grant-view.ts';
import { parseTarget, type Target } from './target.ts';
import { whoText } from './who.ts';
import { type Allowed, type AskedAction, askedActions, whoMay } from './who-may.ts';

type ContentTarget = Target & { readonly kind: 'project' };

const text = { type: 'string' } as const;

const rowSchema = {
  type: 'object',
  properties: {
    kind: {
      type: 'string',
      enum: ['everyone', 'user', 'group', 'robot', 'system'],
      description:
        'everyone: also without an account; system: accounts, groups and robots that are not named.',
    },
    who: { type: 'string', description: 'As grants write it.' },
    group_id: { type: 'integer', format: 'int64', description: 'Of a group.' },
    count: { type: 'integer', format: 'int64', description: 'How many are not named.' },
    actions: { type: 'array', items: { type: 'string', enum: askedActions } },
    for_tags: {
      type: 'array',
      description: 'Of the actions those that are for some tags only, where no tag was asked for.',
      items: {
        type: 'object',
        properties: {
          action: { type: 'string', enum: askedActions },
          tags: { type: 'array', items: text },
        },
      },
    },
    by: { type: 'array', items: grantSchema, description: 'What gives the actions.' },
    off: {
      type: 'boolean',
      description: 'Switched off or at its end: it may again once it is not.',
    },
    expires_at: { type: 'string', format: 'date-time', description: 'When a robot account ends.' },
  },
} as const satisfies ObjectSchema;

interface WhoMayDeps {
  readonly db: Database;
  readonly prefix: () => string;
}

/** Who may do what in one place: the grants read from the other side. */
export function whoMayRoute({ db, prefix }: WhoMayDeps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path: '/api/berth/v1/access',
    operationId: 'listAccess',
    tag: 'grant',
    summary:
      'Who may pull, push and delete in one place, and by which grants; for those who may list the members.',
    needs: 'signed-in',
    parameters: {
      ...pageParameters,
      where: {
        in: 'query',
        required: true,
        description: 'A project (pay), a repository (pay/api) or a tag there (pay/api:v1).',
        schema: text,
      },
      action: {
        in: 'query',
        description: 'Only who may do this.',
        schema: { type: 'string', enum: askedActions },
      },
    },
    answers: {
      200: {
        description:
          'One page: everybody, accounts, groups and robots by name, then those of the whole system.',
        headers: ['X-Total-Count', 'Link'],
        schema: {
          type: 'array',
          items: rowSchema,
        },
      },
    },
    refusals: [400, 401, 403, 404],
    run: async (call, asker) => {
      const page = parsePage(call.parameters);
      const { where, action } = call.parameters;
      const asked = askedActions.find((each) => each === action);
      const rows = await allowedIn(db, { ...contentTarget(where), action: asked }, asker);
      const end = page.size === 0 ? undefined : offsetOf(page) + page.size;
      return pageAnswer(call, page, {
        items: rows.slice(offsetOf(page), end).map((row) => viewOf(row, prefix())),
        total: rows.length,
      });
    },
  });
}

async function allowedIn(
  db: Database,
  { project: named, path, tag, action }: ContentTarget & { readonly action: AskedAction | undefined },
  asker: SignedInAsker,
): Promise<readonly Allowed[]> {
  const project = await requireInProject({ db }, asker, {
    permission: 'member:list',
    project: await findProject(db.reader, named),
    named,
  });
  const { grants, now } = asker;
  const place = {
    project,
    ...(path === undefined ? {} : { path }),
    ...(tag === undefined ? {} : { tag }),
  };
  const around = await grantsAround(db.reader, project.id, now);
  const everybody = await grantsOfUser(db.reader, anonymousId);
  return whoMay(around, { place, now, everybody, namesSystem: readsSystem(grants, now), action });
}

/** @throws AppError BAD_REQUEST */
function contentTarget(where: string): ContentTarget {
  const target = parseTarget(where);
  if (target.kind === 'project') return target;
  throw new AppError('BAD_REQUEST', {
    message: 'in the system as a whole nothing is pulled or pushed',
    detail: 'write a project (pay), a repository (pay/api) or a tag there (pay/api:v1)',
  });
}

function viewOf(
  { kind, name = '', principalId, count, actions, forTags = {}, by, off, endsAt = null }: Allowed,
  prefix: string,
): object {
  const limited = actions.flatMap((action) => {
    const tags = forTags[action];
    return tags === undefined ? [] : [{ action, tags }];
  });
  return {
    kind,
    ...(kind === 'everyone' || kind === 'system' ? {} : { who: whoText({ kind, name }, prefix) }),
    ...(kind === 'group' ? { group_id: principalId } : {}),
    ...(count === undefined ? {} : { count }),
    actions,
    ...(limited.length === 0 ? {} : { for_tags: limited }),
    by: by.map((grant) => grantView(grant, prefix)),
    ...(off === true ? { off } : {}),
    ...(endsAt === null ? {} : { expires_at: apiTime(endsAt) }),
  };
}
