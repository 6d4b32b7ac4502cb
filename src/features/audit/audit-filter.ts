import { canOnSystem } from '../../access/authorize.ts';
import type { Asker } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { AppError } from '../../lib/errors.ts';
import type { RecordedType } from '../../lib/event-types.ts';
import type { ListCondition } from '../../lib/list-condition.ts';
import { listConditions } from '../../platform/http/api/list-conditions.ts';
import { parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { recordedTypes, typesMeeting } from './audit-kinds.ts';
import type { AuditColumn, AuditPlaces } from './audit-store.ts';

const columns = {
  id: 'integer',
  op_time: 'time',
  project_id: 'integer',
  username: 'text',
  resource: 'text',
  operation: 'text',
  resource_type: 'text',
  operation_result: 'flag',
  op_result: 'flag',
} as const;

type Column = keyof typeof columns;

export const qParameter = {
  in: 'query',
  description:
    'Conditions on operation, resource_type, resource, username, op_time ([from~to]), op_result, divided by commas.',
  schema: { type: 'string' },
} as const;

const text = (description: string) => ({ in: 'query', description, schema: { type: 'string' } }) as const;

/** What Berth's own operations on the log are asked with; all that is given has to hold. */
export const auditFilterParameters = {
  q: qParameter,
  actor: text('Who did it: the name of a user or robot, or what stands in the log, such as system.'),
  object: text('What it happened to, such as library/app:v1.'),
  type: text('Kinds of events, such as tag.deleted, divided by commas.'),
  project: text('The name of a project.'),
  from: text('Not before this time: 2026-01-31, or 2026-01-31T12:00:00Z.'),
  to: text('Before this time.'),
} as const;

export type GivenAuditFilter = {
  readonly [K in keyof typeof auditFilterParameters]?: string | undefined;
};

/** Which rows of the log are asked for, whoever asks. */
export interface AuditFilter {
  readonly types: readonly RecordedType[];
  readonly conditions: readonly ListCondition<AuditColumn>[];
}

/** @throws AppError BAD_REQUEST */
export function parseAuditFilter(given: GivenAuditFilter): AuditFilter {
  const conditions = listConditions(parseListQuery(given.q), columns);
  const asked = given.type === undefined ? undefined : eventTypesOf(given.type);
  const types = typesMeeting(conditions.flatMap(aboutKinds));
  return {
    types: asked === undefined ? types : types.filter((type) => asked.includes(type)),
    conditions: [
      ...conditions.flatMap(aboutRows),
      ...equal('username', given.actor),
      ...equal('resource', given.object),
      ...equal('project', given.project),
      ...bound('from', given.from),
      ...bound('to', given.to),
    ],
  };
}

/** What the asker may see of the log. That of every project is not that of the system: who signed in, which accounts there are. */
export function auditPlacesOf({ grants, now }: Asker): AuditPlaces {
  if (canOnSystem(grants, 'audit-log:list', now)) return { kind: 'all' };
  const visible = visibleTo(grants, 'log:list', now);
  if (visible.kind === 'all') return { kind: 'projects', except: [] };
  const { projectIds, except = [], everywhere } = visible;
  return everywhere === true
    ? { kind: 'projects', except }
    : { kind: 'some', projectIds: projectIds.filter((id) => !except.includes(id)) };
}

function equal(column: 'username' | 'resource' | 'project', value: string | undefined) {
  return value === undefined || value === '' ? [] : [{ column, is: 'equal', value } as const];
}

/** From a time on, or up to but not at one. */
function bound(name: 'from' | 'to', value: string | undefined): ListCondition<AuditColumn>[] {
  if (value === undefined || value === '') return [];
  const [, day, time = 'T00:00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:(T\d\d:\d\d:\d\d(?:\.\d{1,3})?)(Z|[+-]\d\d:\d\d)?)?$/.exec(value) ?? [];
  const at = day === undefined ? Number.NaN : Date.parse(`${day}${time}${zone}`);
  if (Number.isNaN(at)) {
    throw new AppError('BAD_REQUEST', {
      message: `${name} is no time: ${JSON.stringify(value.slice(0, 100))}`,
      detail: 'write 2026-01-31, 2026-01-31T12:00:00Z or 2026-01-31T12:00:00+08:00',
    });
  }
  return [{ column: 'op_time', is: name === 'from' ? 'from' : 'below', value: at }];
}

function eventTypesOf(list: string): readonly RecordedType[] {
  return list.split(',').map((name) => {
    const type = recordedTypes.find((each) => each === name.trim());
    if (type !== undefined) return type;
    throw new AppError('BAD_REQUEST', {
      message: `there is no event of the type ${JSON.stringify(name.trim().slice(0, 100))}`,
      detail: `types: ${recordedTypes.join(', ')}`,
    });
  });
}

function aboutKinds(
  condition: ListCondition<Column>,
): ListCondition<'operation' | 'resource_type' | 'operation_result'>[] {
  const { column } = condition;
  if (column === 'op_result') return [{ ...condition, column: 'operation_result' }];
  return column === 'operation' || column === 'resource_type' || column === 'operation_result'
    ? [{ ...condition, column }]
    : [];
}

function aboutRows(condition: ListCondition<Column>): ListCondition<AuditColumn>[] {
  const { column } = condition;
  switch (column) {
    case 'id':
    case 'op_time':
    case 'project_id':
    case 'username':
    case 'resource':
      return [{ ...condition, column }];
    default:
      return [];
  }
}
