import { requireInProject } from '../../access/denied.ts';
import { grantsOfRobot } from '../../access/grants/grant-reads.ts';
import { findProjectById, type Project } from '../../access/projects/project-reads.ts';
import { requireGrantsHeld, requireHeld } from '../../access/require-held.ts';
import { type RestRoute, restRoute, type SignedInAsker } from '../../access/rest-route.ts';
import { createRobot } from '../../access/robots/create-robot.ts';
import { deleteRobot } from '../../access/robots/delete-robot.ts';
import { refreshRobot } from '../../access/robots/refresh-robot.ts';
import { requireDuration } from '../../access/robots/require-duration.ts';
import type { Robot } from '../../access/robots/robot-reads.ts';
import { storedRobotName } from '../../access/robots/stored-robot-name.ts';
import { updateRobot } from '../../access/robots/update-robot.ts';
import { AppError } from '../../lib/errors.ts';
import type { Passwords } from '../../platform/crypto/password.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import type { Bound } from '../../platform/http/api/schema.ts';
import { listRobots, parseRobotsAsked } from './list-robots.ts';
import { mayWith, requireOnSystem, requireRobot } from './require-robot.ts';
import {
  findNamed,
  newRobotBody,
  parseLevel,
  readBlocks,
  readDescription,
  robotBody,
  secretBody,
} from './robot-body.ts';
import { expiresAtOf, robotSchema, robotView } from './robot-view.ts';

export interface RobotRouteDeps {
  readonly db: Database;
  readonly passwords: Passwords;
  readonly prefix: () => string;
}

const path = '/api/v2.0/robots';
const pathOfOne = `${path}/{robot_id}`;
const tag = 'robot';

const robotId = {
  robot_id: {
    in: 'path',
    required: true,
    description: 'Its number.',
    schema: { type: 'integer', format: 'int64' },
  },
} as const;

const secretSchema = {
  type: 'object',
  properties: { secret: { type: 'string', description: 'Only one that was made; nobody is told it again.' } },
} as const;

/** Harbor's operations on robot accounts, and one by which a robot finds itself. */
export function robotRoutes(deps: RobotRouteDeps): readonly RestRoute[] {
  const { db, prefix } = deps;
  return [
    restRoute.signedIn({
      method: 'GET',
      path,
      operationId: 'ListRobot',
      tag,
      summary: 'The robot accounts of the system, or of one project.',
      needs: 'signed-in',
      parameters: {
        ...pageParameters,
        q: {
          in: 'query',
          description:
            'Level=project,ProjectID=7 for those of a project; conditions on name (exact or ~part) and disabled.',
          schema: { type: 'string' },
        },
        sort: {
          in: 'query',
          description: 'name, id, creation_time, update_time, expiresat, each with - for descending.',
          schema: { type: 'string' },
        },
      },
      answers: {
        200: {
          description: 'One page of them.',
          headers: ['X-Total-Count', 'Link'],
          schema: { type: 'array', items: robotSchema },
        },
      },
      refusals: [400, 401, 403, 404],
      run: async (call, asker) => {
        const { q, sort } = call.parameters;
        const asked = parseRobotsAsked(q);
        const { projectId } = asked;
        if (projectId === undefined) requireOnSystem(asker, 'list');
        else {
          const project = await findProjectById(db.reader, projectId);
          const need = { permission: 'robot:list', project, named: String(projectId) } as const;
          await requireInProject(deps, asker, need);
        }
        const page = parsePage(call.parameters);
        const { rows, count } = await listRobots(db.reader, asked, { page, sort });
        const shown = { prefix: prefix(), withOrigin: mayWith(asker, 'update', projectId) };
        return pageAnswer(call, page, { items: rows.map((row) => robotView(row, shown)), total: count });
      },
    }),
    restRoute.signedIn({
      method: 'POST',
      path,
      operationId: 'CreateRobot',
      tag,
      summary: 'Makes a robot account; its secret is shown this once.',
      needs: 'signed-in',
      parameters: {},
      body: { name: 'robot', schema: newRobotBody },
      answers: {
        201: {
          description: 'Made.',
          headers: ['Location'],
          schema: {
            type: 'object',
            properties: {
              id: robotSchema.properties.id,
              name: { type: 'string' },
              secret: { type: 'string' },
              creation_time: robotSchema.properties.creation_time,
              expires_at: robotSchema.properties.expires_at,
            },
          },
        },
      },
      refusals: [400, 401, 403, 404, 409],
      run: async ({ body }, asker) => {
        const { id, name, secret, createdAt } = await create(deps, asker, body);
        return {
          status: 201,
          headers: { Location: `${path}/${id}` },
          body: {
            id,
            name: `${prefix()}${name}`,
            secret,
            creation_time: apiTime(createdAt),
            expires_at: expiresAtOf(createdAt, body.duration ?? 0),
          },
        };
      },
    }),
    restRoute.signedIn({
      method: 'GET',
      path: pathOfOne,
      operationId: 'GetRobotByID',
      tag,
      summary: 'One robot account.',
      needs: 'signed-in',
      parameters: robotId,
      answers: { 200: { description: 'It.', schema: robotSchema } },
      refusals: [401, 403, 404],
      run: async ({ parameters: { robot_id: id } }, asker) => {
        const robot = await requireRobot(deps, asker, { id, action: 'read', own: true });
        return { status: 200, body: await show(deps, asker, robot) };
      },
    }),
    restRoute.signedIn({
      method: 'GET',
      path: '/api/berth/v1/robots/current',
      operationId: 'getCurrentRobot',
      tag,
      summary: 'The robot account that asks: its number, by which it can change its own secret, and its end.',
      needs: 'signed-in',
      parameters: {},
      answers: { 200: { description: 'It.', schema: robotSchema } },
      refusals: [401, 412],
      run: async (_call, asker) => {
        const { principal } = asker;
        if (principal.kind !== 'robot')
          throw new AppError('NOT_A_ROBOT', {
            message: `${principal.username} is a user, not a robot account`,
          });
        const robot = await requireRobot(deps, asker, { id: principal.robotId, action: 'read', own: true });
        return { status: 200, body: await show(deps, asker, robot) };
      },
    }),
    restRoute.signedIn({
      method: 'PUT',
      path: pathOfOne,
      operationId: 'UpdateRobot',
      tag,
      summary: 'Replaces everything of a robot account but name, level, project and secret.',
      needs: 'signed-in',
      parameters: robotId,
      body: { name: 'robot', schema: robotBody },
      answers: { 200: { description: 'Changed.' } },
      refusals: [400, 401, 403, 404, 409],
      run: async ({ parameters: { robot_id: id }, body }, asker) => {
        const robot = await requireRobot(deps, asker, { id, action: 'update' });
        await update(deps, asker, robot, body);
        return { status: 200 };
      },
    }),
    restRoute.signedIn({
      method: 'PATCH',
      path: pathOfOne,
      operationId: 'RefreshSec',
      tag,
      summary: 'Gives a robot account another secret; the robot may do it itself.',
      needs: 'signed-in',
      parameters: robotId,
      body: { name: 'robotSec', schema: secretBody },
      answers: { 200: { description: 'Changed.', schema: secretSchema } },
      refusals: [400, 401, 403, 404],
      run: async ({ parameters: { robot_id: id }, body }, asker) => {
        const robot = await requireRobot(deps, asker, { id, action: 'update', own: true });
        // Whoever has its secret is the robot.
        if (asker.principal.kind === 'user') {
          requireHeld(asker, robot.blocks, robot.projectId !== undefined);
          const beside = (await grantsOfRobot(deps.db.reader, id)).filter(
            ({ permissions }) => permissions === null,
          );
          requireGrantsHeld(asker, beside);
        }
        const given = body.secret === '' ? undefined : body.secret;
        const secret = await refreshRobot(deps, { id, secret: given, actor: asker.actor });
        return { status: 200, body: secret === undefined ? {} : { secret } };
      },
    }),
    restRoute.signedIn({
      method: 'DELETE',
      path: pathOfOne,
      operationId: 'DeleteRobot',
      tag,
      summary: 'Deletes a robot account; its sign-ins and tokens end at once.',
      needs: 'signed-in',
      parameters: robotId,
      answers: { 200: { description: 'Deleted.' } },
      refusals: [401, 403, 404],
      run: async ({ parameters: { robot_id: id } }, asker) => {
        const { projectId } = await requireRobot(deps, asker, { id, action: 'delete' });
        await deleteRobot(deps, { id, projectId, actor: asker.actor });
        return { status: 200 };
      },
    }),
  ];
}

async function show(deps: RobotRouteDeps, asker: SignedInAsker, robot: Robot): Promise<unknown> {
  const withOrigin = mayWith(asker, 'update', robot.projectId);
  return robotView(robot, { prefix: deps.prefix(), withOrigin });
}

/** In Harbor's order: what is wrong by itself, the right, what is wrong of the permissions, what is not held. */
async function create(deps: RobotRouteDeps, asker: SignedInAsker, body: Bound<typeof newRobotBody>) {
  const { db } = deps;
  const { name = '', duration = 0 } = body;
  storedRobotName(name, undefined);
  requireDuration(duration);
  const asked = parseLevel(body);
  let project: Project | undefined;
  if (asked.level === 'system') requireOnSystem(asker, 'create');
  else {
    const named = asked.permissions[0]?.namespace ?? '';
    project = await requireInProject(deps, asker, {
      permission: 'robot:create',
      project: await findNamed(db.reader, named),
      named,
    });
  }
  const blocks = await readBlocks(db.reader, asked);
  const held = blocks.map(({ repositories = [], ...block }) => ({ ...block, repositories }));
  requireHeld(asker, held, project !== undefined);
  return createRobot(deps, {
    name,
    project,
    description: readDescription(body.description),
    durationDays: duration,
    disabled: body.disable ?? false,
    blocks,
    creator: asker.principal,
    actor: asker.actor,
  });
}

async function update(
  deps: RobotRouteDeps,
  asker: SignedInAsker,
  robot: Robot,
  body: Bound<typeof robotBody>,
): Promise<void> {
  const { reader } = deps.db;
  if (body.duration !== undefined) requireDuration(body.duration);
  // All its projects were deleted: what its answer shows is taken back.
  const asked = parseLevel(body, robot.blocks.length === 0);
  const level = robot.projectId === undefined ? 'system' : 'project';
  if (asked.level !== level || body.name !== `${deps.prefix()}${robot.name}`)
    throw new AppError('BAD_REQUEST', { message: 'cannot update the level or name of robot' });
  const blocks = await readBlocks(reader, asked);
  if (robot.projectId !== undefined && blocks[0]?.project?.id !== robot.projectId)
    throw new AppError('BAD_REQUEST', { message: 'cannot update the project of robot' });
  await updateRobot(deps, {
    id: robot.id,
    description: readDescription(body.description),
    disabled: body.disable ?? false,
    durationDays: body.duration,
    blocks,
    requireHeld: (kept) => requireHeld(asker, kept, robot.projectId !== undefined),
    actor: asker.actor,
  });
}
