import { administersSystem } from '../../access/authorize.ts';
import { principalName } from '../../access/principal.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { beginView } from '../../access/view-as/begin-view.ts';
import { AppError } from '../../lib/errors.ts';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { findSubject } from './subject.ts';

export interface ViewDeps {
  readonly db: Database;
  readonly masterKey: Pick<MasterKey, 'sealOf'>;
  readonly prefix: () => string;
}

const text = { type: 'string' } as const;

/** To see what somebody else sees: nobody has to describe it. */
export function viewRoute(deps: ViewDeps): RestRoute {
  return restRoute.signedIn({
    method: 'POST',
    path: '/api/berth/v1/view-as',
    operationId: 'beginView',
    tag: 'grant',
    summary:
      'Begins a view: reads that bring its token in X-Berth-View-As are answered by the rights of somebody else, for an hour. For administrators of the system, with their password or session.',
    needs: 'signed-in',
    parameters: {},
    body: {
      name: 'view',
      required: true,
      schema: {
        type: 'object',
        required: ['who'],
        properties: { who: { type: 'string', description: 'bob or robot:team+ci.', maxLength: 255 } },
      },
    },
    answers: {
      201: {
        description: 'It has begun.',
        schema: {
          type: 'object',
          properties: { who: text, token: text, expires_at: { type: 'string', format: 'date-time' } },
        },
      },
    },
    refusals: [400, 401, 403, 404],
    run: async ({ body: { who } }, asker) => {
      const { principal: viewer, grants, now, actor } = asker;
      if (viewer.kind !== 'user' || viewer.personalToken !== undefined || !administersSystem(grants, now))
        throw new AppError('DENIED', {
          message: `${principalName(viewer)} may not look with the rights of others`,
          detail:
            'administrators of the system may, with their password; explain shows why somebody may or may not',
        });
      const { principal: of, self } = await findSubject(deps, asker, { who, target: { kind: 'system' } });
      if (self)
        throw new AppError('BAD_REQUEST', {
          message: 'these are your own rights',
          detail: 'name another account or robot',
        });
      const { token, until } = await beginView(deps, { viewer, of, actor });
      return { status: 201, body: { who: principalName(of), token, expires_at: apiTime(until) } };
    },
  });
}
