import type {
  ArtifactColumn,
  ArtifactPage,
  TagFilter,
} from '../../content/artifacts/shown/artifact-page-reads.ts';
import type { ComparedValue, Comparison } from '../../content/artifacts/shown/comparison.ts';
import { AppError } from '../../lib/errors.ts';
import { type Match, parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';

type Kind = 'text' | 'number' | 'time';

/** Names of the columns and of the fields of Harbor's code; others do not count. */
const keys: Readonly<Record<string, readonly [column: ArtifactColumn, kind: Kind]>> = {
  id: ['id', 'number'],
  ID: ['id', 'number'],
  type: ['kind', 'text'],
  Type: ['kind', 'text'],
  media_type: ['configType', 'text'],
  MediaType: ['configType', 'text'],
  manifest_media_type: ['mediaType', 'text'],
  ManifestMediaType: ['mediaType', 'text'],
  artifact_type: ['artifactType', 'text'],
  ArtifactType: ['artifactType', 'text'],
  digest: ['digest', 'text'],
  Digest: ['digest', 'text'],
  repository_name: ['repositoryName', 'text'],
  RepositoryName: ['repositoryName', 'text'],
  repository_id: ['repositoryId', 'number'],
  RepositoryID: ['repositoryId', 'number'],
  size: ['size', 'number'],
  Size: ['size', 'number'],
  push_time: ['pushedAt', 'time'],
  PushTime: ['pushedAt', 'time'],
  pull_time: ['pulledAt', 'time'],
  PullTime: ['pulledAt', 'time'],
};

export type ArtifactQuery = Pick<ArtifactPage, 'filters' | 'tags' | 'labelIds' | 'children'>;

/**
 * Harbor's `q` for artifacts. Undefined: nothing can match.
 * @throws AppError BAD_REQUEST
 */
export function parseArtifactQuery(q: string | undefined): ArtifactQuery | undefined {
  const query = parseListQuery(q);
  const filters: { column: ArtifactColumn; is: Comparison }[] = [];
  for (const [key, match] of query) {
    if (hopeless(match)) return undefined;
    const known = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (known !== undefined) filters.push({ column: known[0], is: comparison(key, known[1], match) });
  }
  const tags = query.get('tags');
  const labels = query.get('labels');
  const base = query.get('base');
  return {
    filters,
    ...(tags === undefined ? {} : { tags: tagFilter(tags) }),
    ...(labels === undefined ? {} : { labelIds: labelIds(labels) }),
    children: base?.kind === 'exact' && base.value === '*',
  };
}

/** PostgreSQL takes no text with NUL, SQLite no pattern that is much longer. */
function hopeless(match: Match): boolean {
  const texts =
    match.kind === 'range'
      ? [match.min ?? '', match.max ?? '']
      : 'values' in match
        ? match.values
        : [match.value];
  return texts.some((text) => text.includes('\0') || text.length > 512);
}

function comparison(key: string, kind: Kind, match: Match): Comparison {
  switch (match.kind) {
    case 'exact':
      return { kind: 'exact', value: valueOf(key, kind, match.value) };
    case 'fuzzy':
      if (kind !== 'text') throw unsuitable(key);
      return { kind: 'fuzzy', value: match.value };
    case 'any':
      return { kind: 'any', values: match.values.map((value) => valueOf(key, kind, value)) };
    case 'range': {
      const { min, max } = match;
      return {
        kind: 'range',
        min: min === undefined ? undefined : valueOf(key, kind, min),
        max: max === undefined ? undefined : valueOf(key, kind, max),
      };
    }
    case 'all':
      throw unsuitable(key);
  }
}

function valueOf(key: string, kind: Kind, text: string): ComparedValue {
  if (kind === 'text') return text;
  if (kind === 'number') {
    const value = Number(text);
    if (!/^-?\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) throw unsuitable(key);
    return value;
  }
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) throw unsuitable(key);
  const time = Date.parse(`${text}Z`);
  if (Number.isNaN(time)) throw unsuitable(key);
  return time;
}

function tagFilter(match: Match): TagFilter {
  if (match.kind === 'fuzzy') return { kind: 'fuzzy', name: match.value };
  if (match.kind !== 'exact') throw unsuitable('tags');
  if (match.value === '*') return { kind: 'some' };
  return match.value === 'nil' ? { kind: 'none' } : { kind: 'exact', name: match.value };
}

function labelIds(match: Match): readonly number[] {
  if (match.kind !== 'all') throw unsuitable('labels');
  return match.values.map((value) => Number(valueOf('labels', 'number', value)));
}

export function parseArtifactSort(text: string | undefined): ArtifactPage['sort'] {
  return parseSort(text, Object.keys(keys), { key: 'push_time', descending: true }).map(
    ({ key, descending }) => ({ by: keys[key]?.[0] ?? 'pushedAt', descending }),
  );
}

function unsuitable(key: string): AppError {
  return new AppError('BAD_REQUEST', {
    message: `invalid query string value: ${key} is not compared in this way`,
  });
}
