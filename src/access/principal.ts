/** Who is asking. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly id: number; readonly username: string };

/** Of the account that stands for nobody, which has Harbor's id. */
export const anonymousId = 2;

export const anonymous: Principal = { kind: 'anonymous' };

/** How a principal is written into rows: `user:1`, `anonymous`. */
export function principalText(principal: Principal): string {
  return principal.kind === 'anonymous' ? 'anonymous' : `user:${principal.id}`;
}

/** How a principal is called in the log. */
export function principalName(principal: Principal): string {
  return principal.kind === 'anonymous' ? 'anonymous' : principal.username;
}
