import { systemActor } from '../../platform/events/append.ts';
import { type SetPasswordDeps, setPassword } from './set-password.ts';

/**
 * Sets a password from the machine itself.
 * @throws AppError NOT_FOUND, BAD_REQUEST
 */
export async function resetPassword(
  deps: SetPasswordDeps,
  input: { readonly username: string; readonly password: string },
): Promise<void> {
  await setPassword(deps, { ...input, actor: systemActor });
}
