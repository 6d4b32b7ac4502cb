import { errorBody, errorHeaders } from '../platform/http/error-body.ts';
import { asAppError } from '../platform/http/server.ts';
import { basicChallenge, challengeHeader } from './challenge.ts';
import type { OciDeps } from './oci-call.ts';
import { type Responding, sendResponse } from './send-response.ts';

/** The one place where a failure becomes a status and a body of the distribution API. */
export function renderError(
  { basicRealm }: Pick<OciDeps, 'basicRealm'>,
  call: Responding,
  error: unknown,
): void {
  const { response, context } = call;
  context.error = error;
  if (response.headersSent || response.destroyed) {
    // Half an answer is worse than a broken connection, which clients notice.
    response.destroy();
    return;
  }
  const shown = asAppError(error);
  const body = errorBody(shown, context.id);
  const headers: Record<string, string> = {
    ...errorHeaders(shown),
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
  };
  if (shown.row.status === 401) {
    headers['WWW-Authenticate'] =
      basicRealm === undefined || shown.challenge.error !== undefined
        ? challengeHeader(context.origin, call.scope, shown.challenge)
        : basicChallenge(basicRealm);
  }
  sendResponse(call, shown.row.status, Object.entries(headers).flat(), body);
}
