import type { ObjectSchema } from '../../platform/http/api/schema.ts';

const number = { type: 'integer', format: 'int64' } as const;
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const map = { type: 'object', properties: {} } as const;

export const tagSchema = {
  type: 'object',
  properties: {
    id: number,
    repository_id: number,
    artifact_id: number,
    name: text,
    push_time: time,
    pull_time: time,
    immutable: flag,
  },
} as const satisfies ObjectSchema;

export const accessorySchema = {
  type: 'object',
  properties: {
    id: number,
    artifact_id: number,
    subject_artifact_id: number,
    subject_artifact_repo: text,
    subject_artifact_digest: text,
    size: number,
    digest: text,
    type: text,
    artifact_type: { ...text, description: "Berth's own: its artifact type, else its config's." },
    icon: text,
    creation_time: time,
  },
} as const satisfies ObjectSchema;

export const labelSchema = {
  type: 'object',
  properties: {
    id: number,
    name: text,
    description: text,
    color: text,
    scope: text,
    project_id: number,
    creation_time: time,
    update_time: time,
  },
} as const satisfies ObjectSchema;

const referenceSchema = {
  type: 'object',
  properties: {
    parent_id: number,
    child_id: number,
    child_digest: text,
    platform: {
      type: 'object',
      properties: {
        architecture: text,
        os: text,
        "'os.version'": text,
        "'os.features'": { type: 'array', items: text },
        variant: text,
      },
    },
    annotations: map,
    urls: { type: 'array', items: text },
  },
} as const satisfies ObjectSchema;

export const artifactSchema = {
  type: 'object',
  properties: {
    id: number,
    type: text,
    media_type: text,
    manifest_media_type: text,
    artifact_type: text,
    project_id: number,
    repository_id: number,
    repository_name: text,
    digest: text,
    size: number,
    icon: text,
    push_time: time,
    pull_time: time,
    extra_attrs: map,
    annotations: map,
    references: { type: 'array', items: referenceSchema },
    tags: { type: 'array', items: tagSchema },
    tag_count: { ...number, description: 'How many there are, where not all are shown.' },
    addition_links: map,
    labels: { type: 'array', items: labelSchema },
    scan_overview: { ...map, description: 'Absent: there is no scanner.' },
    sbom_overview: { ...map, description: 'Absent: there is no scanner.' },
    accessories: { type: 'array', items: accessorySchema },
    inherited_accessories: { type: 'array', items: accessorySchema },
  },
} as const satisfies ObjectSchema;

export const iconSchema = {
  type: 'object',
  properties: { 'content-type': text, content: { ...text, description: 'Base64.' } },
} as const satisfies ObjectSchema;
