import { can, canOnSystem } from '../../access/authorize.ts';
import { permissions } from '../../access/grants/roles.ts';
import { systemPermissions } from '../../access/grants/system-permissions.ts';
import { findProject } from '../../access/projects/project-reads.ts';
import { type Asker, type RestRoute, restRoute } from '../../access/rest-route.ts';
import { because } from '../../lib/because.ts';
import type { Database } from '../../platform/db/database.ts';
import { becauseSchema } from '../../platform/http/api/open-api-document.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { type Answer, explainAccess } from './explain-access.ts';
import type { GateDeps } from './gates.ts';
import { grantSchema, grantView } from './grant-view.ts';
import { findSubject, type Subject } from './subject.ts';
import { parseTarget, type Target } from './target.ts';
import { whoText } from './who.ts';

export interface ExplainDeps extends GateDeps {
  readonly prefix: () => string;
}

const tag = 'grant';
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

const answerSchema = {
  type: 'object',
  properties: {
    who: text,
    action: { type: 'string', description: 'The permission that was asked for.' },
    where: text,
    allowed: flag,
    visible: { type: 'boolean', description: 'Whether they may know that it is there.' },
    message: { type: 'string', description: 'Why, for who may know that it is there.' },
    detail: text,
    because: becauseSchema,
    client: {
      type: 'object',
      description:
        'What a client is told that pulls or pushes; absent: it is let in, or no client asks for that. Of who has the right, gates may refuse all the same.',
      properties: { code: text, message: text },
    },
    public: { type: 'boolean', description: 'Everybody may.' },
    deciding: grantSchema,
    nearest: {
      type: 'object',
      description: 'What nearly is enough.',
      properties: { grant: grantSchema, lacks: { type: 'string', enum: ['time', 'tags', 'place', 'right'] } },
    },
    enough: { type: 'string', description: 'A command that would be enough.' },
    gates: {
      type: 'array',
      description: 'What stands in the way of who has the right.',
      items: {
        type: 'object',
        properties: {
          kind: { type: 'string', enum: ['account', 'read-only', 'quota', 'immutable', 'protected'] },
          message: text,
          because: becauseSchema,
        },
      },
    },
    ask: { type: 'array', description: 'Who can grant it.', items: text },
  },
} as const satisfies ObjectSchema;

/** Why somebody may do something or may not, and what the asker may. */
export function explainRoutes(deps: ExplainDeps): readonly RestRoute[] {
  return [explainRoute(deps), canRoute(deps)];
}

function explainRoute(deps: ExplainDeps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path: '/api/berth/v1/explain',
    operationId: 'explainAccess',
    tag,
    summary: 'Why somebody may do something somewhere or may not, and what would be enough.',
    needs: 'signed-in',
    parameters: {
      who: {
        in: 'query',
        description:
          'bob or robot:team+ci; left out: who asks. Others are for administrators and auditors of the system, and administrators of the project.',
        schema: text,
      },
      action: {
        in: 'query',
        required: true,
        description: 'pull, push, delete, read, or a permission such as artifact:delete.',
        schema: text,
      },
      where: {
        in: 'query',
        required: true,
        description: 'system, a project (pay), a repository (pay/api) or a tag there (pay/api:v1).',
        schema: text,
      },
    },
    answers: { 200: { description: 'The explanation.', schema: answerSchema } },
    refusals: [400, 401, 403, 404],
    run: async ({ parameters }, asker) => {
      const { who, action, where } = parameters;
      const target = parseTarget(where);
      const subject = await findSubject(deps, asker, { who, target });
      const answer = await explainAccess(deps, { subject, action, target, where });
      return { status: 200, body: answerView(answer, { subject, where, prefix: deps.prefix() }) };
    },
  });
}

function canRoute({ db }: ExplainDeps): RestRoute {
  return restRoute.visitor({
    method: 'GET',
    path: '/api/berth/v1/me/can',
    operationId: 'listOwnPermissions',
    tag,
    summary: 'All that the asker may do in one place; of what is hidden as of what is missing: nothing.',
    needs: 'anyone',
    parameters: {
      scope: {
        in: 'query',
        required: true,
        description: 'system, a project (pay), a repository (pay/api) or a tag there (pay/api:v1).',
        schema: text,
      },
    },
    answers: {
      200: {
        description: 'The permissions.',
        schema: {
          type: 'object',
          properties: {
            scope: text,
            permissions: { type: 'array', items: text },
            pull_tags: {
              type: 'array',
              items: text,
              description: 'Of a repository of which only some tags may be pulled: which, such as v*.',
            },
          },
        },
      },
    },
    refusals: [400],
    run: async ({ parameters: { scope } }, asker) => ({
      status: 200,
      body: { scope, ...(await permissionsIn(db, parseTarget(scope), asker)) },
    }),
  });
}

interface Own {
  readonly permissions: readonly string[];
  readonly pull_tags?: readonly string[];
}

async function permissionsIn(db: Database, target: Target, { grants, now }: Asker): Promise<Own> {
  if (target.kind === 'system')
    return { permissions: systemPermissions.filter((permission) => canOnSystem(grants, permission, now)) };
  const { path, tag: name } = target;
  const project = await findProject(db.reader, target.project);
  if (project === undefined) return { permissions: [] };
  const place = {
    project,
    ...(path === undefined ? {} : { path }),
    ...(name === undefined ? {} : { tag: name }),
  };
  const held = permissions.filter((permission) => can(grants, permission, place, now).allowed);
  const pulls = (some: Asker['grants']): boolean => can(some, 'repository:pull', place, now).allowed;
  const isForSome = path !== undefined && name === undefined && held.includes('repository:pull');
  if (!isForSome || pulls(grants.filter(({ tagPattern }) => tagPattern === null)))
    return { permissions: held };
  const tags = grants.filter((grant) => pulls([grant])).flatMap(({ tagPattern }) => tagPattern ?? []);
  return { permissions: held, pull_tags: [...new Set(tags)] };
}

function answerView(
  answer: Answer,
  of: { readonly subject: Subject; readonly where: string; readonly prefix: string },
): Readonly<Record<string, unknown>> {
  const {
    permission,
    client,
    because: why,
    allowed,
    visible,
    message,
    detail,
    explanation,
    enough,
    gates,
    ask,
  } = answer;
  const { subject, where, prefix } = of;
  const { principal } = subject;
  const who =
    principal.kind === 'user'
      ? principal.username
      : whoText({ kind: 'robot', name: principal.robotName.slice(prefix.length) }, prefix);
  const { deciding, nearest } = explanation ?? {};
  const off =
    subject.off === undefined
      ? []
      : [
          {
            kind: 'account',
            message: subject.off === 'disabled' ? `${who} is disabled` : `${who} has ended`,
            because: because(subject.off === 'disabled' ? 'account disabled' : 'account ended', { who }),
          },
        ];
  return {
    who,
    action: permission,
    where,
    allowed,
    visible,
    message,
    ...(detail === '' ? {} : { detail }),
    ...(why === undefined ? {} : { because: why }),
    ...(client === undefined ? {} : { client }),
    ...(explanation?.public === true ? { public: true } : {}),
    ...(deciding === undefined ? {} : { deciding: grantView(deciding, prefix) }),
    ...(nearest === undefined
      ? {}
      : { nearest: { grant: grantView(nearest.grant, prefix), lacks: nearest.lacks } }),
    ...(enough === undefined ? {} : { enough }),
    gates: [...off, ...gates],
    ask,
  };
}
