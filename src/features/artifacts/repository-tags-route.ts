import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import {
  pageOfRepositoryTags,
  type RepositoryTagColumn,
} from '../../content/artifacts/shown/repository-tag-reads.ts';
import type { ReadContentDeps } from '../../content/descriptions/read-content.ts';
import { platformName } from '../../content/layers/platforms-of.ts';
import { findVisibleRepositoryId } from '../../content/repositories/repository-reads.ts';
import { immutableTags } from '../../content/tags/immutable-rule-reads.ts';
import { daysBefore } from '../../lib/days-before.ts';
import { AppError } from '../../lib/errors.ts';
import { isRecord, objectsIn } from '../../lib/oci/json.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';
import type { View } from './artifact-view.ts';
import { loadArtifacts } from './load-artifacts.ts';
import { parametersOfPart } from './parameters.ts';
import { tag } from './paths.ts';

const orders: Readonly<Record<string, RepositoryTagColumn>> = {
  name: 'name',
  version: 'order',
  push_time: 'pushedAt',
  pull_time: 'pulledAt',
  size: 'size',
};

/** A repository may have a hundred thousand tags. */
const mostAtOnce = 1000;

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    digest: { type: 'string', description: 'What it stands for.' },
    type: { type: 'string', description: 'IMAGE, CHART and the like.' },
    artifact_type: { type: 'string' },
    manifest_media_type: { type: 'string' },
    size: { type: 'integer', format: 'int64', description: 'Of all that a pull brings, in bytes.' },
    platforms: {
      type: 'array',
      items: { type: 'string' },
      description: 'Such as linux/arm64/v8; of an index those of its children.',
    },
    push_time: { type: 'string', format: 'date-time' },
    pull_time: { type: 'string', format: 'date-time', description: 'Absent: never.' },
    immutable: { type: 'boolean' },
  },
} as const;

const parameters = {
  ...parametersOfPart,
  ...pageParameters,
  page_size: {
    ...pageParameters.page_size,
    description: `Items a page, at most ${mostAtOnce}.`,
    schema: { ...pageParameters.page_size.schema, maximum: mostAtOnce },
  },
  name: {
    in: 'query',
    description: 'A part of the name; with * the whole, of which it stands for any part: pr-*, *-rc.',
    schema: { type: 'string' },
  },
  older_than_days: {
    in: 'query',
    description: 'Only tags that were last pushed more than so many days ago.',
    schema: { type: 'integer', format: 'int64' },
  },
  sort: {
    in: 'query',
    description:
      'name, version (1.9 before 1.10), push_time, pull_time, size, each with - for descending; default: -push_time.',
    schema: { type: 'string' },
  },
} as const;

/** Harbor lists the tags of one artifact only; what people look for is a tag of a repository. */
export function repositoryTagsRoute(deps: ReadContentDeps): RestRoute {
  return restRoute.repository({
    method: 'GET',
    path: '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/tags',
    operationId: 'listTagsOfRepository',
    tag,
    summary: 'The tags of a repository with what they stand for, without those of accessories.',
    needs: 'repository',
    permission: 'tag:list',
    parameters,
    answers: {
      200: {
        description: `One page of them, never more than ${mostAtOnce}.`,
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: schema },
      },
    },
    refusals: [401, 403, 404],
    run: async (call, { repository }) => {
      const { reader } = deps.db;
      const repositoryId = await findVisibleRepositoryId(reader, repository.fullName);
      if (repositoryId === undefined)
        throw new AppError('NOT_FOUND', { message: `repository ${repository.fullName} not found` });
      const page = parsePage(call.parameters);
      const { name = '', sort, older_than_days: days } = call.parameters;
      const { rows, count } = await pageOfRepositoryTags(reader, {
        repositoryId,
        ...(name === '' ? {} : { part: name }),
        ...(days === undefined ? {} : { pushedBefore: daysBefore(await deps.db.now(), days) }),
        sort: parseSort(sort, Object.keys(orders), { key: 'push_time', descending: true }).map(
          ({ key, descending }) => ({ by: orders[key] ?? 'pushedAt', descending }),
        ),
        offset: offsetOf(page),
        limit: page.size === 0 ? mostAtOnce : page.size,
      });
      const artifacts = rows.map(({ artifact }) => artifact);
      const [views, keeps] = [
        await loadArtifacts(deps, artifacts, withNothing),
        await immutableTags(reader, artifacts),
      ];
      const items = rows.map((row, at) => ({
        ...shortOf(views[at] ?? {}),
        name: row.name,
        push_time: apiTime(row.pushedAt),
        ...(row.pulledAt === null ? {} : { pull_time: apiTime(row.pulledAt) }),
        immutable: keeps(row.artifact, row.name),
      }));
      return pageAnswer(call, page, { items, total: count });
    },
  });
}

const withNothing = {
  with_tag: false,
  with_label: false,
  with_accessory: false,
  with_inherited_accessory: false,
  with_immutable_status: false,
};

function shortOf(view: View): View {
  const { digest, type, artifact_type, manifest_media_type, size } = view;
  return { digest, type, artifact_type, manifest_media_type, size, platforms: platformsOf(view) };
}

/** Attestations of BuildKit call themselves unknown. */
function platformsOf({ references, extra_attrs: attributes }: View): readonly string[] {
  const children = objectsIn({ references }, 'references');
  const platforms = children.map((child) => child['platform']).filter(isRecord);
  const own = isRecord(attributes) ? [attributes] : [];
  const named = (platforms.length > 0 ? platforms : own).map(platformName);
  return [...new Set(named)].filter((name) => name !== '' && !name.startsWith('unknown'));
}
