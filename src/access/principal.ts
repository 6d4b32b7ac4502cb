/**
 * Who is asking. A robot has no `id`, so that the compiler finds what would take the number of a robot for that of a
 * user.
 */
export type Principal =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly id: number; readonly username: string }
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
