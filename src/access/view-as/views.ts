import { isMaskOf, maskToken } from '../../platform/crypto/mask-token.ts';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import { principalKey, type SignedInPrincipal, type UserPrincipal } from '../principal.ts';

/** Brings the token of a view with each request that is to be answered as in it. */
export const viewHeader = 'x-berth-view-as';

export const viewMs = 60 * 60_000;

export interface View {
  /** Whose rights decide. */
  readonly of: SignedInPrincipal;
  readonly until: number;
}

type Seals = Pick<MasterKey, 'sealOf'>;

/** For the viewer alone; nothing is kept, so every instance reads it. */
export function writeView(masterKey: Seals, viewer: UserPrincipal, view: View): string {
  const text = Buffer.from(JSON.stringify(view)).toString('base64url');
  return `${text}.${maskToken(sealOf(masterKey, viewer, text))}`;
}

/** Undefined for what was not written for this viewer, and for what is over. */
export function readView(
  masterKey: Seals,
  viewer: UserPrincipal,
  given: { readonly token: string; readonly now: number },
): SignedInPrincipal | undefined {
  const dot = given.token.indexOf('.');
  if (dot < 0) return undefined;
  const text = given.token.slice(0, dot);
  if (!isMaskOf(sealOf(masterKey, viewer, text), given.token.slice(dot + 1))) return undefined;
  const { of, until } = JSON.parse(Buffer.from(text, 'base64url').toString()) as View;
  return until > given.now ? of : undefined;
}

function sealOf(masterKey: Seals, viewer: UserPrincipal, text: string): string {
  return masterKey.sealOf(`${principalKey(viewer)} ${text}`, 'view-as');
}
