import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { certificateLife } from '../../platform/tls/certificate-life.ts';

/** How one instance is set up, beside whether its parts work. */
export interface StateDeps {
  readonly now: () => Promise<number>;
  /** PEM of what connections are encrypted with; undefined: they are not, or a proxy does it. */
  readonly certificate: () => string | undefined;
  /** Whether the marker in the storage is that of the database, as of the last look. */
  readonly storageIsOurs: () => boolean;
  readonly metricsListener: {
    readonly state: 'listening' | 'off' | 'taken';
    /** `host:port`; undefined where it is off. */
    readonly address: string | undefined;
  };
}

const text = { type: 'string' } as const;
const dayMs = 86_400_000;

const stateSchema: ObjectSchema = {
  type: 'object',
  properties: {
    certificate: {
      type: 'object',
      description: 'Absent: the server itself does not encrypt.',
      properties: {
        subject: text,
        issuer: text,
        names: { type: 'array', items: text, description: 'Hosts and addresses that it is for.' },
        valid_from: { ...text, format: 'date-time' },
        valid_until: { ...text, format: 'date-time' },
        days_left: { type: 'integer', format: 'int64', description: 'Below 0: it has ended.' },
      },
    },
    storage_marker: {
      ...text,
      enum: ['matches', 'missing-or-foreign'],
      description: 'Whether the storage is the one that this registry belongs to.',
    },
    metrics_listener: {
      type: 'object',
      properties: {
        state: {
          ...text,
          enum: ['listening', 'off', 'taken'],
          description: 'taken: its default address is used by another program.',
        },
        address: text,
      },
    },
  },
};

export function stateRoute(deps: StateDeps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: '/api/berth/v1/system/state',
    operationId: 'getSystemState',
    tag: 'systeminfo',
    summary:
      'How the instance that answers is set up: its certificate, the marker of its storage, its metrics.',
    needs: 'system',
    permission: 'system-volumes:read',
    parameters: {},
    answers: {
      200: {
        description: 'It.',
        schema: stateSchema,
      },
    },
    refusals: [401, 403],
    run: async () => {
      const pem = deps.certificate();
      const { state, address } = deps.metricsListener;
      return {
        status: 200,
        body: {
          ...(pem === undefined ? {} : { certificate: certificateView(pem, await deps.now()) }),
          storage_marker: deps.storageIsOurs() ? 'matches' : 'missing-or-foreign',
          metrics_listener: { state, ...(address === undefined ? {} : { address }) },
        },
      };
    },
  });
}

function certificateView(pem: string, now: number): object {
  const { name, issuer, names, from, to } = certificateLife(pem);
  return {
    subject: name,
    issuer,
    names,
    valid_from: apiTime(from),
    valid_until: apiTime(to),
    days_left: Math.floor((to - now) / dayMs),
  };
}
