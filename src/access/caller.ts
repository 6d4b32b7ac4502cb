import type { Principal } from './principal.ts';

/** What a token was asked for; what its bearer may do is decided by live grants. */
export interface TokenAccess {
  readonly type: 'repository' | 'registry';
  /** A repository's full name, or `catalog`. */
  readonly name: string;
  readonly actions: readonly string[];
  /** The project at that time, if there was one that the principal could see. */
  readonly projectId?: number;
}

/** Who a request is from, and what narrows it down. */
export interface Caller {
  readonly principal: Principal;
  /** Only of who came with a token; without one nothing is narrowed. */
  readonly token?: { readonly access: readonly TokenAccess[] };
}
