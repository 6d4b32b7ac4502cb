import { JsonBody } from '../../platform/http/json-body.ts';
import { operator } from '../../platform/http/operator.ts';
import { contextOf } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import { createUser } from './create-user.ts';
import { disableUser, enableUser } from './disable-user.ts';
import type { SetPasswordDeps } from './set-password.ts';
import { setPassword } from './set-password.ts';
import { listUsers } from './user-reads.ts';

const pageSize = 100;

/** For the admin socket only: whoever can open it is the operator of the machine. */
export function userAdminRoutes(deps: SetPasswordDeps): Routes {
  return (server) => {
    server.post('/users/reset-password', async ({ raw, body }) => {
      contextOf(raw).route = '/users/reset-password';
      const fields = new JsonBody(body);
      const input = { username: fields.text('username'), password: fields.text('password') };
      await setPassword(deps, { ...input, actor: operator(raw) });
      return {};
    });
    server.post('/users/create', async ({ raw, body }) => {
      contextOf(raw).route = '/users/create';
      const fields = new JsonBody(body);
      const email = fields.optionalText('email');
      const realname = fields.optionalText('realname');
      const id = await createUser(deps, {
        username: fields.text('username'),
        password: fields.text('password'),
        ...(email === undefined ? {} : { email }),
        ...(realname === undefined ? {} : { realname }),
        actor: operator(raw),
      });
      return { id };
    });
    server.post('/users/list', async ({ raw, body }) => {
      contextOf(raw).route = '/users/list';
      const offset = new JsonBody(body).optionalWhole('offset') ?? 0;
      return listUsers(deps.db.reader, { offset, limit: pageSize });
    });
    server.post('/users/disable', async ({ raw, body }) => {
      contextOf(raw).route = '/users/disable';
      const username = new JsonBody(body).text('username');
      return { changed: await disableUser(deps, { username, actor: operator(raw) }) };
    });
    server.post('/users/enable', async ({ raw, body }) => {
      contextOf(raw).route = '/users/enable';
      const username = new JsonBody(body).text('username');
      return { changed: await enableUser(deps, { username, actor: operator(raw) }) };
    });
  };
}
