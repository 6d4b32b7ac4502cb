import { canOnSystem } from '../../access/authorize.ts';
import type { Asker } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import { AppError } from '../../lib/errors.ts';
import { type RecordedType, whatWasRefused } from '../../lib/event-types.ts';
import type { ListCondition } from '../../lib/list-condition.ts';
import { listConditions } from '../../platform/http/api/list-conditions.ts';
import { parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { auditKindOf, auditNameOf, recordedTypes, typesMeeting } from './audit-kinds.ts';
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
  actor: text(
    'Who did it: the name of a user or robot, or what stands in the log, such as system; ~ before it: a part of it.',
  ),
  object: text('What it happened to, such as library/app:v1; ~ before it: a part of it.'),
  type: text('Kinds of events, such as tag.deleted, or delete_tag as Harbor calls them, divided by commas.'),
  result: {
    in: 'query',
    description: 'Only what was done, or only what was refused.',
    schema: { type: 'string', enum: ['done', 'refused'] },
  },
  project: text('The name of a project.'),
  request_id: text('Of the request that did it.'),
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
  const asked = given.type === undefined ? recordedTypes : eventTypesOf(given.type);
  return {
    types: typesMeeting([...conditions.flatMap(aboutKinds), ...resultOf(given.result)]).filter((type) =>
      asked.includes(type),
    ),
    conditions: [
      ...conditions.flatMap(aboutRows),
      ...equal('username', given.actor),
      ...equal('resource', given.object),
      ...equal('project', given.project),
      ...equal('request_id', given.request_id),
      ...bound('from', given.from),
      ...bound('to', given.to),
    ],
  };
}

/** What the asker may see of the log. That of every project is not that of the system: who signed in, which accounts there are. */
export function auditPlacesOf({ grants, now }: Pick<Asker, 'grants' | 'now'>): AuditPlaces {
  if (canOnSystem(grants, 'audit-log:list', now)) return { kind: 'all' };
  const visible = visibleTo(grants, 'log:list', now);
  if (visible.kind === 'all') return { kind: 'projects', except: [] };
  const { projectIds, except = [], everywhere } = visible;
  return everywhere === true
    ? { kind: 'projects', except }
    : { kind: 'some', projectIds: projectIds.filter((id) => !except.includes(id)) };
}

type NamedColumn = 'username' | 'resource' | 'project' | 'request_id';

function equal(column: NamedColumn, value: string | undefined): ListCondition<AuditColumn>[] {
  if (value === undefined || value === '') return [];
  return (column === 'username' || column === 'resource') && value.startsWith('~')
    ? [{ column, is: 'containing', text: value.slice(1) }]
    : [{ column, is: 'equal', value }];
}

function resultOf(result: string | undefined): ListCondition<'operation_result'>[] {
  if (result === undefined || result === '') return [];
  return [{ column: 'operation_result', is: 'equal', value: result === 'done' ? 1 : 0 }];
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

/** What an event is called is also what its refusal is called. */
function eventTypesOf(list: string): readonly RecordedType[] {
  return list.split(',').flatMap((each) => {
    const name = each.trim();
    const types = recordedTypes.filter((type) => {
      const kind = auditKindOf(type);
      return type === name || whatWasRefused(type) === name || (kind && auditNameOf(kind)) === name;
    });
    if (types.length > 0) return types;
    throw new AppError('BAD_REQUEST', {
      message: `there is no event of the type ${JSON.stringify(name.slice(0, 100))}`,
      detail: `types: ${recordedTypes.filter((type) => whatWasRefused(type) === undefined).join(', ')}`,
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
