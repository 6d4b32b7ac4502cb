import { AppError } from '../lib/errors.ts';
import { contextOf } from '../platform/http/request-context.ts';
import type { Routes } from '../platform/http/server.ts';
import { type Input, type Manage, manageOperations } from './manage.ts';

/** For the admin socket only: whoever can open it is the operator of the machine. */
export function manageRoutes(manage: Manage): Routes {
  return (server) => {
    for (const operation of manageOperations) {
      const route = `/${operation}`;
      server.post(route, async (request) => {
        contextOf(request.raw).route = route;
        const { body } = request;
        if (typeof body !== 'object' || body === null || Array.isArray(body)) {
          throw new AppError('BAD_REQUEST', { message: 'the body is a JSON object' });
        }
        return manage(operation, body as Input);
      });
    }
  };
}
