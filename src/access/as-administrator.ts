import type { Authenticate } from './authenticate.ts';
import { adminId, adminName } from './first-run.ts';
import type { SessionSignIn } from './sessions/session-sign-in.ts';

/** Whoever may open the admin socket is the operator, and needs no password to be the first administrator. */
export const asAdministrator: Authenticate = () =>
  Promise.resolve({ principal: { kind: 'user', id: adminId, username: adminName } });

/** The same for the REST API. */
export const operatorSession: SessionSignIn = () =>
  Promise.resolve({ kind: 'user', id: adminId, username: adminName });
