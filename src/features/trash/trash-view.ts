import { nameOf, type TrashItem } from '../../content/trash/trash-reads.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';

export const itemProperties = {
  id: { type: 'integer', format: 'int64' },
  kind: { type: 'string', enum: ['tag', 'artifact', 'repository', 'project'] },
  name: {
    type: 'string',
    description: 'library/app:1.0, library/app@sha256:…, library/app, or library.',
  },
  project: { type: 'string' },
  project_id: { type: 'integer', format: 'int64' },
  repository: { type: 'string', description: 'With its project; absent in a project.' },
  tag: { type: 'string' },
  digest: { type: 'string' },
  size: {
    type: 'integer',
    format: 'int64',
    description: 'Bytes by which the usage of the project fell when it was deleted.',
  },
  deleted_at: { type: 'string', format: 'date-time' },
  deleted_by: { type: 'string', description: 'The name of a user or robot, or system.' },
  job_id: {
    type: 'integer',
    format: 'int64',
    description: 'The job that deleted it among others, where one did.',
  },
  job_kind: { type: 'string', description: 'Of that job, while it is known: RETENTION, BATCH.' },
  execution_id: { type: 'integer', format: 'int64', description: 'The run that the job belongs to.' },
  purge_at: { type: 'string', format: 'date-time', description: 'Until then it can be restored.' },
} as const;

export const itemSchema = { type: 'object', properties: itemProperties } as const satisfies ObjectSchema;

export function trashView(item: TrashItem, names: ReadonlyMap<string, string>): Record<string, unknown> {
  const { id, kind, projectName, projectId, repository, tag, digest } = item;
  return {
    id,
    kind,
    name: nameOf(item),
    project: projectName,
    project_id: projectId,
    ...(kind === 'project' ? {} : { repository }),
    ...(tag === null ? {} : { tag }),
    ...(digest === null ? {} : { digest }),
    size: item.freedBytes,
    deleted_at: apiTime(item.deletedAt),
    deleted_by: names.get(item.deletedBy) ?? item.deletedBy,
    ...withoutNulls({ job_id: item.jobId, job_kind: item.jobKind, execution_id: item.executionId }),
    purge_at: apiTime(item.purgeAfter),
  };
}

function withoutNulls(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

const part = {
  type: 'array',
  items: { type: 'object', properties: { name: { type: 'string' }, digest: { type: 'string' } } },
} as const;

export const itemWithPartsSchema = {
  type: 'object',
  properties: {
    ...itemProperties,
    artifact_count: { type: 'integer', format: 'int64' },
    tag_count: { type: 'integer', format: 'int64' },
    needed: {
      type: 'array',
      description:
        'Other deletions that have to be restored with it, of those that the caller may restore; absent: none.',
      items: itemSchema,
    },
    needed_hidden: {
      type: 'boolean',
      description: 'More is needed, which the caller may not restore; absent: nothing.',
    },
    tags: { ...part, description: 'Those that come back with it, at most 100.' },
    artifacts: {
      type: 'array',
      description: 'Those that come back with it, at most 100.',
      items: {
        type: 'object',
        properties: {
          digest: { type: 'string' },
          type: { type: 'string' },
          accessory: { type: 'string', description: 'What kind of an accessory it is.' },
          size: { type: 'integer', format: 'int64' },
        },
      },
    },
  },
} as const satisfies ObjectSchema;

export const restoredSchema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    needed: {
      type: 'array',
      description: 'The names of what came back with it since it needs that; absent: nothing.',
      items: { type: 'string' },
    },
    artifacts: { type: 'integer', format: 'int64', description: 'How many came back in all.' },
    tags: { type: 'integer', format: 'int64' },
    roles: { type: 'integer', format: 'int64', description: 'Of people and groups in a project.' },
    size: { type: 'integer', format: 'int64', description: 'By which the usage of the project grew.' },
  },
} as const satisfies ObjectSchema;

export const purgedSchema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    artifacts: { type: 'integer', format: 'int64', description: 'How many went.' },
    blobs: { type: 'integer', format: 'int64', description: 'Whose content nothing else needed.' },
    size: { type: 'integer', format: 'int64', description: 'Of these blobs.' },
    blocked: { type: 'integer', format: 'int64', description: 'Digests that were not blocked before.' },
  },
} as const satisfies ObjectSchema;
