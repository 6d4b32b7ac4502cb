import { canOnSystem } from '../../access/authorize.ts';
import type { Asker } from '../../access/rest-route.ts';
import { createUser } from '../../access/users/create-user.ts';
import { requireHarborProfile } from '../../access/users/require-profile.ts';
import { AppError } from '../../lib/errors.ts';
import type { Passwords } from '../../platform/crypto/password.ts';
import type { Database } from '../../platform/db/database.ts';

/** Whether strangers may make themselves accounts. */
export interface Registration {
  /** The setting `self_registration`. */
  isOpen(): Promise<boolean>;
  /** Only a person before a browser registers, on a page of this registry. */
  isFromBrowser(): boolean;
}

export interface NewAccount {
  readonly username: string;
  readonly password: string;
  readonly email: string;
  readonly realname: string;
  readonly comment: string;
}

/** @throws AppError UNAUTHORIZED, DENIED, BAD_REQUEST, CONFLICT */
export async function createAccount(
  deps: { readonly db: Database; readonly passwords: Pick<Passwords, 'hash'> },
  asker: Asker,
  registration: Registration,
  account: NewAccount,
): Promise<number> {
  await requireMayCreate(asker, registration);
  requireHarborProfile(account);
  return createUser(deps, { ...account, passwordRule: 'harbor', actor: asker.actor });
}

async function requireMayCreate(
  { principal, grants, now }: Asker,
  registration: Registration,
): Promise<void> {
  if (canOnSystem(grants, 'user:create', now)) return;
  if (principal.kind !== 'anonymous')
    throw new AppError('DENIED', {
      message: 'only administrators of the system make accounts for others',
    });
  if (!(await registration.isOpen())) throw new AppError('UNAUTHORIZED');
  if (registration.isFromBrowser()) return;
  throw new AppError('DENIED', { message: 'self-registration cannot be triggered via API' });
}
