import { signInIsWrong } from '../../access/authenticate.ts';
import type { Permission } from '../../access/grants/roles.ts';
import type { SignedInPrincipal } from '../../access/principal.ts';
import { nameUnknown } from '../../access/resolve-and-require.ts';
import { type OffReason, robotIsOff } from '../../access/robots/robot-is-off.ts';
import { AppError } from '../../lib/errors.ts';

/** What Docker and its kin show of a refusal. */
export interface ClientAnswer {
  readonly code: string;
  readonly message: string;
}

interface Refused {
  readonly principal: SignedInPrincipal;
  readonly permission: Permission;
  readonly off: OffReason | undefined;
  readonly allowed: boolean;
  readonly visible: boolean;
  /** Why, as who may know that it is there is told. */
  readonly message: string;
  /** Undefined: a project, of which a client pulls and pushes nothing. */
  readonly repository: string | undefined;
}

/** What `/v2` says to a pull or a push; undefined: it is let in, or clients have no such request. */
export function clientAnswer(refused: Refused): ClientAnswer | undefined {
  const { permission, repository } = refused;
  const ofClients = permission === 'repository:pull' || permission === 'repository:push';
  const error = repository !== undefined && ofClients ? errorOf({ ...refused, repository }) : undefined;
  return error === undefined ? undefined : { code: error.row.oci, message: error.message };
}

function errorOf(refused: Refused & { readonly repository: string }): AppError | undefined {
  const { principal, off, allowed, visible, message, repository } = refused;
  if (off !== undefined)
    return principal.kind === 'user' ? signInIsWrong() : robotIsOff(principal.robotName, off);
  if (allowed) return undefined;
  return visible ? new AppError('DENIED', { message }) : nameUnknown({ clientForm: repository });
}
