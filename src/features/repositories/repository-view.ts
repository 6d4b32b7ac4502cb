import type { RepositoryRow } from '../../content/repositories/repository-page-reads.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';

const number = { type: 'integer', format: 'int64' } as const;
const time = { type: 'string', format: 'date-time' } as const;

export const repositorySchema = {
  type: 'object',
  properties: {
    id: number,
    project_id: number,
    name: { type: 'string', description: 'With the project.' },
    description: { type: 'string', description: 'With the five signs of HTML escaped.' },
    artifact_count: number,
    pull_count: number,
    creation_time: time,
    update_time: time,
  },
} as const satisfies ObjectSchema;

/** A repository as Harbor prints it. */
export function repositoryView(
  repository: RepositoryRow,
  artifactCount: number,
): Readonly<Record<string, unknown>> {
  return {
    ...withoutZeros({
      id: repository.id,
      project_id: repository.projectId,
      name: repository.fullName,
      description: escapeHtml(repository.description),
      creation_time: apiTime(repository.createdAt),
      update_time: apiTime(repository.updatedAt),
    }),
    artifact_count: artifactCount,
    pull_count: repository.pullCount,
  };
}

const entities = [
  ['&', '&amp;'],
  ["'", '&#39;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&#34;'],
] as const;

/** As Go's `html.EscapeString`: that is the form in which Harbor's clients get it. */
export function escapeHtml(text: string): string {
  return entities.reduce((escaped, [sign, entity]) => escaped.replaceAll(sign, entity), text);
}

/** What was read and is sent back unchanged is the same text again. */
export function unescapeHtml(text: string): string {
  return entities.toReversed().reduce((plain, [sign, entity]) => plain.replaceAll(entity, sign), text);
}
