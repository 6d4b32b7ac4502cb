import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { keepBlocks, type RequestedBlock } from './keep-blocks.ts';
import { endOf, requireDuration } from './require-duration.ts';
import { findRobot, type RobotBlock } from './robot-reads.ts';
import { deleteBlocks, insertBlocks, lockRobot, updateRobotRow } from './robot-writes.ts';

export interface UpdateRobotInput {
  readonly id: number;
  readonly description: string;
  readonly disabled: boolean;
  /** Undefined: as it is. A new one counts from the robot's creation. */
  readonly durationDays: number | undefined;
  readonly blocks: readonly RequestedBlock[];
  /** Asked once the limits to repositories are known that the robot keeps. */
  readonly requireHeld: (blocks: readonly RobotBlock[]) => void;
  readonly actor: Actor;
}

/**
 * Replaces everything but name, level, project and secret. Permissions that are the same are not written again.
 * @throws AppError BAD_REQUEST, NOT_FOUND, CONFLICT
 */
export async function updateRobot(deps: { readonly db: Database }, input: UpdateRobotInput): Promise<void> {
  if (input.durationDays !== undefined) requireDuration(input.durationDays);
  const now = await deps.db.now();
  await deps.db.transaction((tx) => update(tx, input, now));
}

async function update(tx: Tx, input: UpdateRobotInput, now: number): Promise<void> {
  const { id, description, disabled, actor } = input;
  const robot = (await lockRobot(tx, id)) ? await findRobot(tx, id) : undefined;
  if (robot === undefined) throw new AppError('NOT_FOUND', { message: `robot ${id} not found` });
  const blocks = await keepBlocks(tx, input.blocks, robot.blocks);
  input.requireHeld(blocks);
  const durationDays = input.durationDays ?? robot.durationDays;
  await updateRobotRow(tx, {
    id,
    description,
    disabled,
    durationDays,
    expiresAt: endOf(robot.createdAt, durationDays),
    now,
  });
  const before = textOf(robot.blocks);
  const after = textOf(blocks);
  if (before !== after) {
    await deleteBlocks(tx, id);
    await insertBlocks(tx, { robotId: id, own: robot.projectId !== undefined, blocks, now });
  }
  await append(tx, {
    type: 'robot.updated',
    at: now,
    actor,
    projectId: robot.projectId ?? null,
    object: robot.name,
    data: {
      robot: id,
      disabledBefore: Number(robot.disabled),
      disabled: Number(disabled),
      durationDaysBefore: robot.durationDays,
      durationDays,
      ...(before === after ? {} : { permissions: after, permissionsBefore: before }),
    },
  });
}

function textOf(blocks: readonly RobotBlock[]): string {
  return JSON.stringify(
    blocks.map(({ kind, project, access, repositories }) => ({
      kind,
      project: project?.id,
      access: access.map(({ resource, action, effect }) => [resource, action, effect]),
      repositories: [...new Set(repositories)],
    })),
  );
}
