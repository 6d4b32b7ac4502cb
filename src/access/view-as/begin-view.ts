import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { principalName, principalText, type SignedInPrincipal, type UserPrincipal } from '../principal.ts';
import { viewMs, writeView } from './views.ts';

/** Who begins it is recorded; what is read in it is not, as no read is. */
export async function beginView(
  deps: { readonly db: Database; readonly masterKey: Pick<MasterKey, 'sealOf'> },
  input: { readonly viewer: UserPrincipal; readonly of: SignedInPrincipal; readonly actor: Actor },
): Promise<{ readonly token: string; readonly until: number }> {
  const { viewer, of, actor } = input;
  const now = await deps.db.now();
  const until = now + viewMs;
  await deps.db.transaction((tx) =>
    append(tx, {
      type: 'view.begun',
      at: now,
      actor,
      projectId: null,
      object: principalText(of),
      data: { name: principalName(of), until },
    }),
  );
  return { token: writeView(deps.masterKey, viewer, { of, until }), until };
}
