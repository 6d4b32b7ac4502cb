import { AppError } from '../../lib/errors.ts';
import { contextOf } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import { resetPassword } from './reset-password.ts';
import type { SetPasswordDeps } from './set-password.ts';

/** For the admin socket only: whoever can open it is the operator of the machine. */
export function userAdminRoutes(deps: SetPasswordDeps): Routes {
  return (server) => {
    server.post('/users/reset-password', async (request) => {
      contextOf(request.raw).route = '/users/reset-password';
      const { username, password } = request.body as { username?: unknown; password?: unknown };
      if (typeof username !== 'string' || typeof password !== 'string') {
        throw new AppError('BAD_REQUEST', { message: 'username and password are needed' });
      }
      await resetPassword(deps, { username, password });
      return {};
    });
  };
}
