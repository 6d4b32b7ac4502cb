import { roleAllows } from '../access/grants/roles.ts';
import { anonymous, principalName } from '../access/principal.ts';
import { grantsOf } from '../access/resolve-and-require.ts';
import { AppError } from '../lib/errors.ts';
import type { OciDeps } from './oci-call.ts';
import { type Responding, sendResponse } from './send-response.ts';

/**
 * distribution-spec, "Determining Support", end-1. Without credentials it is 401 although pulling needs none: Docker
 * signs in only where it was asked to here. Where pushing needs none either, nobody has to.
 */
export async function checkApiCall(deps: OciDeps, call: Responding): Promise<void> {
  const { method, headers } = call.request;
  if (method !== 'GET' && method !== 'HEAD')
    throw new AppError('UNSUPPORTED', { headers: { Allow: 'GET, HEAD' } });
  const { principal } = await deps.authenticate(headers.authorization, call.context);
  if (principal.kind === 'anonymous' && !(await mayPushEverywhere(deps))) throw new AppError('UNAUTHORIZED');
  call.context.principal = principalName(principal);
  sendResponse(call, 200, ['Content-Type', 'application/json', 'Content-Length', '2'], '{}');
}

async function mayPushEverywhere({ db }: OciDeps): Promise<boolean> {
  const grants = await grantsOf(db.reader, anonymous);
  return grants.some(({ scope, role }) => scope === 'system' && roleAllows(role, 'repository:push'));
}
