import { AppError } from '../../lib/errors.ts';
import { RobotSecrets } from '../../platform/crypto/robot-secrets.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import type { RobotDeps } from './create-robot.ts';
import { findRobot } from './robot-reads.ts';
import { setRobotSecret } from './robot-writes.ts';

const maxLength = 128;

/**
 * Gives a robot another secret, at once: the old one and all tokens that were got with it end.
 * @param input.secret undefined: one is generated
 * @returns the one that was generated
 * @throws AppError BAD_REQUEST, NOT_FOUND, TOO_MANY_REQUESTS
 */
export async function refreshRobot(
  deps: RobotDeps,
  input: { readonly id: number; readonly secret: string | undefined; readonly actor: Actor },
): Promise<string | undefined> {
  const { id, actor } = input;
  const secrets = new RobotSecrets(deps.passwords);
  const generated = input.secret === undefined ? secrets.generate() : undefined;
  const hash = generated?.hash ?? (await secrets.hashOfChosen(requireSecret(input.secret ?? '')));
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const robot = (await setRobotSecret(tx, { id, hash, now })) ? await findRobot(tx, id) : undefined;
    if (robot === undefined) throw new AppError('NOT_FOUND', { message: `robot ${id} not found` });
    await append(tx, {
      type: 'robot.refreshed',
      at: now,
      actor,
      projectId: robot.projectId ?? null,
      object: robot.name,
      data: { robot: id },
    });
  });
  return generated?.secret;
}

function requireSecret(secret: string): string {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(secret));
  if (secret.length >= 8 && secret.length <= maxLength && kinds) return secret;
  throw new AppError('BAD_REQUEST', {
    message: `the secret must have 8 to ${maxLength} characters with at least 1 uppercase letter, 1 lowercase letter and 1 number`,
  });
}
