import { can } from '../../../access/authorize.ts';
import { principalNames } from '../../../access/names/principal-name-reads.ts';
import { type RepositoryAsker, type RestRoute, restRoute } from '../../../access/rest-route.ts';
import { restoreTag } from '../../../content/artifacts/tagging/restore-tag.ts';
import { findVisibleRepositoryId } from '../../../content/repositories/repository-reads.ts';
import { pageOfTagHistory, type TagMove } from '../../../content/tags/tag-history-reads.ts';
import { AppError } from '../../../lib/errors.ts';
import { requireDigest } from '../../../lib/oci/digest.ts';
import { isTag } from '../../../lib/oci/tag.ts';
import type { Database } from '../../../platform/db/database.ts';
import { apiTime } from '../../../platform/http/api/api-time.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../../platform/http/api/page.ts';
import { parametersOfPart } from '../parameters.ts';
import { tag } from '../paths.ts';
import { requireTagRight } from './require-tag-right.ts';

interface Deps {
  readonly db: Database;
  /** What stands before the names of robots. */
  readonly prefix: () => string;
}

/** A tag may have been moved every minute for years. */
const mostAtOnce = 10_000;

const path = '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/tags/{tag_name}';

const parameters = {
  ...parametersOfPart,
  tag_name: { in: 'path', required: true, description: 'The tag.', schema: { type: 'string' } },
} as const;

const moveSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer', format: 'int64' },
    time: { type: 'string', format: 'date-time' },
    previous_digest: { type: 'string', description: 'What it stood for; absent: there was no such tag.' },
    digest: { type: 'string', description: 'What it stands for since; absent: it was deleted.' },
    username: { type: 'string', description: 'Who did it, for those who may list the members.' },
    address: { type: 'string', description: 'From where, for those who may read the log of the project.' },
    client: { type: 'string', description: 'By which program, for the same.' },
  },
} as const;

/** Where tags went, and back again. */
export function tagHistoryRoutes(deps: Deps): readonly RestRoute[] {
  return [historyRoute(deps), restoreRoute(deps)];
}

function historyRoute(deps: Deps): RestRoute {
  return restRoute.repository({
    method: 'GET',
    path: `${path}/history`,
    operationId: 'listTagHistory',
    tag,
    summary: 'From which digest to which a tag was moved, by whom and from where, newest first.',
    needs: 'repository',
    permission: 'tag:list',
    parameters: { ...parameters, ...pageParameters },
    answers: {
      200: {
        description:
          'One page of it, never more than 10000. It stays when the tag is deleted, and goes with the repository.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: moveSchema },
      },
    },
    refusals: [400, 401, 403, 404],
    run: async (call, asker) => {
      const { tag_name: name } = call.parameters;
      const { fullName } = asker.repository;
      await requireTagRight(deps, asker, { permission: 'tag:list', tag: name });
      const { reader } = deps.db;
      const repositoryId = await findVisibleRepositoryId(reader, fullName);
      const page = parsePage(call.parameters);
      const limit = page.size === 0 ? mostAtOnce : page.size;
      const { rows, count } =
        repositoryId === undefined || !isTag(name)
          ? { rows: [], count: 0 }
          : await pageOfTagHistory(reader, { repositoryId, name, offset: offsetOf(page), limit });
      if (count === 0) throw neverWas(fullName, name);
      return pageAnswer(call, page, { items: await views(deps, asker, rows), total: count });
    },
  });
}

function restoreRoute(deps: Deps): RestRoute {
  return restRoute.repository({
    method: 'POST',
    path: `${path}/restore`,
    operationId: 'restoreTag',
    tag,
    summary: 'Puts a tag back on what it stood for. It takes the right to push that tag.',
    needs: 'repository',
    permission: 'repository:push',
    parameters,
    body: {
      name: 'target',
      schema: {
        type: 'object',
        properties: {
          digest: {
            type: 'string',
            description: 'Of its history; left out: what it stood for before it was last moved or deleted.',
          },
        },
      },
    },
    answers: {
      200: {
        description: 'Restored.',
        schema: { type: 'object', properties: { digest: { type: 'string' } } },
      },
    },
    refusals: [400, 401, 403, 404, 409, 412],
    run: async ({ parameters: { tag_name: name }, body }, asker) => {
      const { project, repository, actor } = asker;
      await requireTagRight(deps, asker, { permission: 'repository:push', tag: name });
      if (!isTag(name)) throw neverWas(repository.fullName, name);
      const digest = await restoreTag(deps, {
        projectId: project.id,
        repositoryName: repository.fullName,
        tag: name,
        digest: body.digest === undefined ? undefined : requireDigest(body.digest),
        actor,
      });
      return { status: 200, body: { digest } };
    },
  });
}

/** Anybody may look into a public project: who works there is told to who may list its members. */
async function views(
  deps: Deps,
  { grants, now, project }: RepositoryAsker,
  rows: readonly TagMove[],
): Promise<object[]> {
  const from = can(grants, 'log:list', { project }, now).allowed;
  const who = from || can(grants, 'member:list', { project }, now).allowed;
  const actors = who ? rows.map(({ actor }) => actor) : [];
  const names = await principalNames(deps.db.reader, actors, deps.prefix());
  return rows.map(({ id, at, previous, digest, actor, address, client }) => ({
    id,
    time: apiTime(at),
    ...(previous === null ? {} : { previous_digest: previous }),
    ...(digest === null ? {} : { digest }),
    ...(who ? { username: names.get(actor) ?? actor } : {}),
    ...(from ? { address, client } : {}),
  }));
}

function neverWas(repository: string, name: string): AppError {
  const text = name.slice(0, 128).replaceAll('\0', '').toWellFormed();
  return new AppError('NOT_FOUND', { message: `there never was a tag ${repository}:${text}` });
}
