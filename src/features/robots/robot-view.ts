import type { Robot, RobotBlock } from '../../access/robots/robot-reads.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';

const id = { type: 'integer', format: 'int64' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const text = { type: 'string' } as const;

/** What a robot may do, as it is sent and as it is shown. */
export const permissionsSchema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      kind: { type: 'string', description: 'system or project.' },
      namespace: { type: 'string', description: '/ for the system, * for all projects, or a project.' },
      access: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            resource: text,
            action: text,
            effect: { type: 'string', description: 'allow, which is the default, or deny.' },
          },
        },
      },
      repositories: {
        type: 'array',
        description:
          "Berth's own: the repositories of the project that this is limited to (api, backend/**). Left out in a change: as it is.",
        items: text,
      },
    },
  },
} as const;

export const robotSchema = {
  type: 'object',
  properties: {
    id,
    name: text,
    description: text,
    level: text,
    duration: { ...id, description: 'Days from the creation; -1: it does not end.' },
    editable: { type: 'boolean' },
    disable: { type: 'boolean' },
    expires_at: { ...id, description: 'Seconds since 1970; -1: it does not end.' },
    permissions: permissionsSchema,
    creator_type: { type: 'string', description: 'local or robot.' },
    creator_ref: id,
    creation_time: time,
    update_time: time,
    last_used_time: { ...time, description: "Berth's own, to a minute; absent: never." },
    last_used_address: { type: 'string', description: "Berth's own; for who may change the robot." },
    last_used_client: { type: 'string', description: "Berth's own; for who may change the robot." },
  },
} as const satisfies ObjectSchema;

/** A robot as Harbor prints it. */
export function robotView(
  robot: Robot,
  { prefix, withOrigin }: { readonly prefix: string; readonly withOrigin: boolean },
): Readonly<Record<string, unknown>> {
  const { lastUse } = robot;
  return {
    ...withoutZeros({
      id: robot.id,
      name: `${prefix}${robot.name}`,
      description: robot.description,
      level: robot.projectId === undefined ? 'system' : 'project',
    }),
    duration: robot.durationDays,
    editable: true,
    disable: robot.disabled,
    expires_at: expiresAtOf(robot.createdAt, robot.durationDays),
    permissions: robot.blocks.map(blockView),
    creator_type: robot.creatorKind === 'user' ? 'local' : 'robot',
    creator_ref: robot.creatorId,
    creation_time: apiTime(robot.createdAt),
    update_time: apiTime(robot.updatedAt),
    ...(lastUse === undefined ? {} : { last_used_time: apiTime(lastUse.at) }),
    ...(lastUse === undefined || !withOrigin
      ? {}
      : withoutZeros({ last_used_address: lastUse.address, last_used_client: lastUse.client })),
  };
}

const daySeconds = 24 * 60 * 60;

export function expiresAtOf(createdAt: number, durationDays: number): number {
  return durationDays === -1 ? -1 : Math.floor(createdAt / 1000) + durationDays * daySeconds;
}

function blockView({ kind, project, access, repositories }: RobotBlock): Readonly<Record<string, unknown>> {
  return {
    kind,
    namespace: kind === 'system' ? '/' : (project?.name ?? '*'),
    access: access.map((each) => withoutZeros({ ...each })),
    ...(repositories.length === 0 ? {} : { repositories }),
  };
}
