import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Gate } from '../../platform/http/server.ts';

/** Harbor's words, which its clients show. */
const message = 'The system is in read only mode. Any modification is prohibited.';

const reading = ['GET', 'HEAD', 'OPTIONS'];

/**
 * What goes on all the same: the way out, signing in, and the address of tokens, whose own refusal of POST some clients
 * need to hear.
 */
const exempt = new Set([
  'PUT /api/v2.0/configurations',
  'POST /c/login',
  'POST /c/userExists',
  'POST /c/oidc/onboard',
  'POST /service/token',
]);

/** Refuses whatever may change something, before anything else looks at it, while the setting says so. */
export function createReadOnlyGate(readOnly: () => boolean): Gate {
  return ({ method = '', url = '' }) => {
    if (reading.includes(method) || !readOnly()) return undefined;
    const [path = ''] = url.split('?', 1);
    const segments = path.split('/').filter((segment) => segment !== '');
    return exempt.has(`${method} /${segments.join('/')}`)
      ? undefined
      : new AppError('READ_ONLY', { message, because: because('read only', {}) });
  };
}
