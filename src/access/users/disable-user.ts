import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { requireOtherAdmin } from './require-other-admin.ts';
import { requireUser } from './require-user.ts';
import { endSessionsOf, setUserDisabled } from './user-writes.ts';

export interface SwitchUserInput {
  readonly username: string;
  readonly actor: Actor;
}

/**
 * Switches an account off: it keeps its roles and cannot use them. Returns false when it was off already.
 * @throws AppError NOT_FOUND, LAST_ADMIN
 */
export async function disableUser(deps: { readonly db: Database }, input: SwitchUserInput): Promise<boolean> {
  return switchUser(deps, input, true);
}

/**
 * Returns false when it was on already.
 * @throws AppError NOT_FOUND
 */
export async function enableUser(deps: { readonly db: Database }, input: SwitchUserInput): Promise<boolean> {
  return switchUser(deps, input, false);
}

async function switchUser(
  deps: { readonly db: Database },
  input: SwitchUserInput,
  disabled: boolean,
): Promise<boolean> {
  const now = await deps.db.now();
  return deps.db.transaction(async (tx) => {
    const user = await requireUser(tx, input.username);
    if (disabled) await requireOtherAdmin(tx, user);
    if (!(await setUserDisabled(tx, { id: user.id, disabled, now }))) return false;
    if (disabled) await endSessionsOf(tx, user.id);
    await append(tx, {
      type: disabled ? 'user.disabled' : 'user.enabled',
      at: now,
      actor: input.actor,
      projectId: null,
      object: `user:${user.id}`,
      data: { username: user.username },
    });
    return true;
  });
}
