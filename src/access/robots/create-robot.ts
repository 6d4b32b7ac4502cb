import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Passwords } from '../../platform/crypto/password.ts';
import { RobotSecrets } from '../../platform/crypto/robot-secrets.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import type { SignedInPrincipal } from '../principal.ts';
import { keepBlocks, type RequestedBlock } from './keep-blocks.ts';
import { endOf, requireDuration } from './require-duration.ts';
import { findRobot } from './robot-reads.ts';
import { insertBlocks, insertRobot } from './robot-writes.ts';
import { storedRobotName } from './stored-robot-name.ts';

export interface RobotDeps {
  readonly db: Database;
  readonly passwords: Passwords;
}

export interface CreateRobotInput {
  /** Its own name, without project and prefix. */
  readonly name: string;
  /** Undefined: it is one of the system. */
  readonly project: { readonly id: number; readonly name: string } | undefined;
  readonly description: string;
  readonly durationDays: number;
  readonly disabled: boolean;
  readonly blocks: readonly RequestedBlock[];
  readonly creator: SignedInPrincipal;
  readonly actor: Actor;
}

export interface CreatedRobot {
  readonly id: number;
  /** Without the prefix. */
  readonly name: string;
  readonly secret: string;
  readonly createdAt: number;
}

/**
 * Makes a robot account with a secret that nobody is told again. Whether its maker may hand out what it gets is the
 * caller's to ask; nothing that a robot makes outlives it.
 * @throws AppError BAD_REQUEST, DENIED, NOT_FOUND for a project that is gone, CONFLICT for a name that is taken
 */
export async function createRobot(deps: RobotDeps, input: CreateRobotInput): Promise<CreatedRobot> {
  const name = storedRobotName(input.name, input.project?.name);
  requireDuration(input.durationDays);
  const { secret, hash } = new RobotSecrets(deps.passwords).generate();
  const now = await deps.db.now();
  const id = await deps.db.transaction((tx) => create(tx, input, { name, hash, now }));
  return { id, name, secret, createdAt: now };
}

async function create(
  tx: Tx,
  input: CreateRobotInput,
  { name, hash, now }: { readonly name: string; readonly hash: string; readonly now: number },
): Promise<number> {
  const { project, description, durationDays, disabled, creator, actor } = input;
  if (creator.kind === 'robot') await requireEndBefore(tx, creator, { now, durationDays });
  const blocks = await keepBlocks(tx, input.blocks, []);
  const id = await insertRobot(tx, {
    name,
    projectId: project?.id ?? null,
    description,
    secretHash: hash,
    durationDays,
    expiresAt: endOf(now, durationDays),
    disabled: Number(disabled),
    creatorKind: creator.kind,
    creatorId: creator.kind === 'robot' ? creator.robotId : creator.id,
    now,
  });
  if (id === undefined) {
    throw new AppError('CONFLICT', {
      message: `there is a robot account ${name} already`,
      detail: 'choose another name',
      because: because('robot exists', { name }),
    });
  }
  await insertBlocks(tx, { robotId: id, own: project !== undefined, blocks, now });
  await append(tx, {
    type: 'robot.created',
    at: now,
    actor,
    projectId: project?.id ?? null,
    object: name,
    data: { robot: id, disabled: Number(disabled), durationDays, permissions: JSON.stringify(blocks) },
  });
  return id;
}

async function requireEndBefore(
  tx: Tx,
  { robotId, robotName }: SignedInPrincipal & { readonly kind: 'robot' },
  { now, durationDays }: { readonly now: number; readonly durationDays: number },
): Promise<void> {
  const maker = await findRobot(tx, robotId);
  if (maker === undefined) throw new AppError('DENIED', { message: `${robotName} was just deleted` });
  const end = endOf(maker.createdAt, maker.durationDays);
  if (end === null || (endOf(now, durationDays) ?? Number.POSITIVE_INFINITY) <= end) return;
  throw new AppError('DENIED', {
    message: `${robotName} cannot make what ends later than itself, on ${new Date(end).toISOString()}`,
    detail: 'give a shorter duration',
  });
}
