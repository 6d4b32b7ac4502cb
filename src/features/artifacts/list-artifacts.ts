import { type ArtifactPage, pageOfArtifacts } from '../../content/artifacts/shown/artifact-page-reads.ts';
import type { ReadContentDeps } from '../../content/descriptions/read-content.ts';
import { AppError } from '../../lib/errors.ts';
import { offsetOf, type Page } from '../../platform/http/api/page.ts';
import { parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { loadArtifacts, type Switches } from './load-artifacts.ts';
import { parseArtifactQuery, parseArtifactSort } from './parse-artifact-query.ts';

export interface ListArtifactsInput extends Switches {
  readonly of: ArtifactPage['of'];
  readonly page: Page;
  readonly q: string | undefined;
  readonly sort: string | undefined;
  readonly latest_in_repository?: boolean;
}

/** @throws AppError BAD_REQUEST */
export async function listArtifacts(
  deps: ReadContentDeps,
  input: ListArtifactsInput,
): Promise<{ items: readonly unknown[]; total: number }> {
  const { of, page, q, sort } = input;
  const query = parseArtifactQuery(q);
  const latest = input.latest_in_repository === true ? latestOf(q) : undefined;
  if (query === undefined) return { items: [], total: 0 };
  const { rows, count } = await pageOfArtifacts(deps.db.reader, {
    ...query,
    ...(latest === undefined ? {} : { latest }),
    of,
    sort: parseArtifactSort(sort),
    offset: offsetOf(page),
    limit: page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size,
  });
  return { items: await loadArtifacts(deps, rows, input), total: count };
}

function latestOf(q: string | undefined): NonNullable<ArtifactPage['latest']> {
  const query = parseListQuery(q);
  const mediaType = query.get('media_type') ?? query.get('MediaType');
  const artifactType = query.get('artifact_type') ?? query.get('ArtifactType');
  const [match, column] =
    mediaType === undefined
      ? ([artifactType, 'artifact_type'] as const)
      : ([mediaType, 'config_type'] as const);
  const both = mediaType !== undefined && artifactType !== undefined;
  if (both || match?.kind !== 'exact') {
    throw new AppError('BAD_REQUEST', {
      message: 'either "media_type" or "artifact_type" must be specified in the query, and one of them only',
    });
  }
  return { column, is: match.value };
}
