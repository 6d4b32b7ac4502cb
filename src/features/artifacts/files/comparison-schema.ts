import type { ObjectSchema } from '../../../platform/http/api/schema.ts';

const number = { type: 'integer', format: 'int64' } as const;
const text = { type: 'string' } as const;

const sideSchema = {
  type: 'object',
  properties: {
    repository: text,
    digest: { type: 'string', description: 'Of the image; of an index, of what it lists for the platform.' },
    size: { ...number, description: 'Of its layers as they are pulled.' },
    layers: number,
  },
} as const satisfies ObjectSchema;

export const comparisonSchema = {
  type: 'object',
  properties: {
    before: sideSchema,
    after: sideSchema,
    platform: { type: 'string', description: 'Of indexes: which one is compared.' },
    platforms: { type: 'array', items: text },
    config: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          section: { type: 'string', description: 'Env, Labels, Cmd and the like, or annotations.' },
          name: { type: 'string', description: 'Of one of many: a variable, a label, a port.' },
          before: { type: 'string', description: 'Absent: it was not there. Lists are JSON.' },
          after: text,
        },
      },
    },
    shared_layers: { ...number, description: 'How many both have at the bottom.' },
    added_size: {
      ...number,
      description: 'Of layers that only the second has: what is pulled by who has the first.',
    },
    removed_size: number,
    layers: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          digest: text,
          media_type: text,
          size: number,
          created_by: text,
          change: { type: 'string', description: 'same, added or removed.' },
        },
      },
    },
    reading: { type: 'boolean', description: 'Layers are being read: ask again for the number of files.' },
    reason: { type: 'string', description: 'Why files are not compared.' },
    unread_layers: {
      ...number,
      description: 'Layers that nobody can look into: what they bring is not compared.',
    },
    files: { type: 'object', properties: { added: number, changed: number, removed: number } },
  },
} as const satisfies ObjectSchema;

export const fileDifferenceSchema = {
  type: 'object',
  properties: {
    path: text,
    change: { type: 'string', description: 'added, changed or removed.' },
    kind: { type: 'string', description: 'file, folder, symlink, hardlink or device.' },
    size_before: number,
    size: number,
    mode_before: { type: 'string', description: 'Permissions in octal.' },
    mode: text,
  },
} as const satisfies ObjectSchema;
