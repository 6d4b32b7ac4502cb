import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { isDuty } from '../roles/duties.ts';
import { requireOwnRole } from '../roles/require-own-role.ts';
import { requireSeparateDuties } from '../roles/require-separate-duties.ts';
import { findHolder, holderData, type NamedHolder } from './find-holder.ts';
import { type Granted, type HeldGrant, putGrant, removeGrant } from './grant-writes.ts';
import { requireFutureEnd } from './require-future-end.ts';

/** A duty, or a role of the registry's own for the system. That of administrators has rules of its own. */
export interface SystemRoleInput {
  readonly holder: NamedHolder;
  readonly role: string;
  readonly actor: Actor;
}

/**
 * Gives a role of the system. The same again changes when it ends, and nothing else.
 * @throws AppError BAD_REQUEST, NOT_FOUND, CONFLICT where duties are separated
 */
export async function grantSystemRole(
  deps: { readonly db: Database },
  input: SystemRoleInput & {
    /** Epoch milliseconds; left out: it does not end. */
    readonly expiresAt?: number | undefined;
  },
): Promise<Granted> {
  const now = await deps.db.now();
  const { holder, expiresAt = null } = input;
  requireFutureEnd(expiresAt, now);
  return deps.db.transaction(async (tx) => {
    const grant = await resolve(tx, input);
    if (!isDuty(input.role)) await requireOwnRole(tx, input.role, 'system');
    const granted = await putGrant(tx, { ...grant, expiresAt, now });
    await requireSeparateDuties(tx, { kind: holder.kind, id: grant.principalId }, now);
    await append(tx, event('role.granted', input, now, { expiresAt }));
    return granted;
  });
}

/** @throws AppError NOT_FOUND */
export async function revokeSystemRole(
  deps: { readonly db: Database },
  input: SystemRoleInput,
): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    if (!(await removeGrant(tx, await resolve(tx, input))))
      throw new AppError('NOT_FOUND', {
        message: `${input.holder.name} has no role ${input.role} on the system`,
        detail: 'berth access list shows what there is',
      });
    await append(tx, event('role.revoked', input, now));
  });
}

async function resolve(tx: Tx, { holder, role }: SystemRoleInput): Promise<HeldGrant> {
  const place = { scope: 'system', projectId: null, repositoryPattern: null, tagPattern: null } as const;
  return { kind: holder.kind, principalId: await findHolder(tx, holder), role, ...place };
}

function event(
  type: 'role.granted' | 'role.revoked',
  { holder, role, actor }: SystemRoleInput,
  now: number,
  more: { readonly expiresAt?: number | null } = {},
) {
  const data = { ...holderData(holder), role, ...more };
  return { type, at: now, actor, projectId: null, object: 'system', data };
}
