import type { Label } from '../../content/labels/label-reads.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';

const id = { type: 'integer', format: 'int64' } as const;
const time = { type: 'string', format: 'date-time' } as const;

export const labelSchema = {
  type: 'object',
  properties: {
    id,
    name: { type: 'string' },
    description: { type: 'string' },
    color: { type: 'string' },
    scope: { type: 'string', description: 'g: of the system, p: of a project.' },
    project_id: id,
    creation_time: time,
    update_time: time,
  },
} as const satisfies ObjectSchema;

/** A label as Harbor prints one. */
export function labelView(label: Label): Readonly<Record<string, unknown>> {
  return withoutZeros({
    id: label.id,
    name: label.name,
    description: label.description,
    color: label.color,
    scope: label.projectId === null ? 'g' : 'p',
    project_id: label.projectId ?? 0,
    creation_time: apiTime(label.createdAt),
    update_time: apiTime(label.updatedAt),
  });
}
