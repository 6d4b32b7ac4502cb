/**
 * Who is asking. A robot has no `id`, so that the compiler finds what would take the number of a robot for that of a
 * user.
 */
export type Principal =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'user';
      readonly id: number;
      readonly username: string;
      /** The id of the token by which the account signed in: it may do less than the account. */
      readonly personalToken?: number;
    }
  /** With the prefix that robots have in front: `robot$ci`. */
  | { readonly kind: 'robot'; readonly robotId: number; readonly robotName: string };

export type UserPrincipal = Principal & { readonly kind: 'user' };
export type SignedInPrincipal = Exclude<Principal, { readonly kind: 'anonymous' }>;

/** Of the account that stands for nobody, which has Harbor's id. */
export const anonymousId = 2;

export const anonymous: Principal = { kind: 'anonymous' };

/** How a principal is written into rows: `user:1`, `robot:7`, `anonymous`. */
export function principalText(principal: Principal): string {
  switch (principal.kind) {
    case 'anonymous':
      return 'anonymous';
    case 'user':
      return `user:${principal.id}`;
    case 'robot':
      return `robot:${principal.robotId}`;
  }
}

/** Tells apart whoever may do different things: an account and each of its tokens. */
export function principalKey(principal: Principal): string {
  const text = principalText(principal);
  return principal.kind === 'user' && principal.personalToken !== undefined
    ? `${text}:token:${principal.personalToken}`
    : text;
}

/** How a principal is called in the log. */
export function principalName(principal: Principal): string {
  switch (principal.kind) {
    case 'anonymous':
      return 'anonymous';
    case 'user':
      return principal.username;
    case 'robot':
      return principal.robotName;
  }
}
