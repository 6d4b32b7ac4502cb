import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { AppError } from '../../lib/errors.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { isHostHeader } from '../../platform/http/is-host-header.ts';
import type { Settings } from '../../platform/settings/settings.ts';

export interface SystemInfoDeps {
  readonly settings: Settings;
  readonly now: () => Promise<number>;
  /** Of Berth itself. */
  readonly version: string;
  /** Where clients reach the server, as far as it is told. */
  readonly externalUrl: string | undefined;
  /** Of the storage; undefined: it has no end. */
  readonly space: () => Promise<{ readonly freeBytes: number; readonly capacityBytes: number } | undefined>;
  /** PEM of the authority that clients have to trust, where it is the server's own. */
  readonly authority: () => string | undefined;
}

/** The release of Harbor whose REST API is spoken: clients read `vX.Y.Z` at the front and decide by it what to send. */
const harborRelease = 'v2.16.0';

const systemInfo: ObjectSchema = {
  type: 'object',
  properties: {
    auth_mode: { type: 'string' },
    primary_auth_mode: { type: 'boolean' },
    self_registration: { type: 'boolean' },
    banner_message: { type: 'string' },
    oidc_provider_name: { type: 'string' },
    current_time: { type: 'string', format: 'date-time' },
    registry_url: { type: 'string' },
    external_url: { type: 'string', description: 'Only where the server was told.' },
    harbor_version: {
      type: 'string',
      description: "The release of Harbor's API that is spoken, then Berth's own.",
    },
    project_creation_restriction: { type: 'string' },
    has_ca_root: { type: 'boolean' },
    read_only: { type: 'boolean' },
    registry_storage_provider_name: { type: 'string' },
    notification_enable: { type: 'boolean', description: 'Whether webhooks are sent.' },
  },
};

const volumes: ObjectSchema = {
  type: 'object',
  properties: {
    storage: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          total: { type: 'integer', format: 'int64' },
          free: { type: 'integer', format: 'int64' },
        },
      },
    },
  },
};

/** How the server is set up, and where it keeps what it stores. */
export function systemInfoRoutes(deps: SystemInfoDeps): readonly RestRoute[] {
  return [
    restRoute.visitor({
      method: 'GET',
      path: '/api/v2.0/systeminfo',
      operationId: 'getSystemInfo',
      tag: 'systeminfo',
      summary: 'How the server is set up.',
      needs: 'anyone',
      parameters: {},
      answers: { 200: { description: 'More of it for who has signed in.', schema: systemInfo } },
      refusals: [],
      run: async ({ host }, { principal }) => ({
        status: 200,
        body:
          principal.kind === 'anonymous'
            ? publicInfo(deps)
            : { ...publicInfo(deps), ...addressInfo(deps, host), ...(await serverInfo(deps)) },
      }),
    }),
    restRoute.system({
      method: 'GET',
      path: '/api/v2.0/systeminfo/volumes',
      operationId: 'getVolumes',
      tag: 'systeminfo',
      summary: 'How large the disk of the storage is, and how much of it is free.',
      needs: 'system',
      permission: 'system-volumes:read',
      parameters: {},
      answers: { 200: { description: 'Bytes.', schema: volumes } },
      refusals: [401, 403],
      run: async () => {
        const space = await deps.space();
        const storage = space === undefined ? [] : [{ total: space.capacityBytes, free: space.freeBytes }];
        return { status: 200, body: { storage } };
      },
    }),
    authorityRoute(deps),
  ];
}

function authorityRoute(deps: SystemInfoDeps): RestRoute {
  return restRoute.open({
    method: 'GET',
    path: '/api/v2.0/systeminfo/getcert',
    operationId: 'getCert',
    tag: 'systeminfo',
    summary: "The certificate of the server's own authority, which clients have to trust.",
    needs: 'nothing',
    parameters: {},
    answers: {
      200: {
        description: 'PEM.',
        mediaType: 'application/octet-stream',
        schema: { type: 'string' },
        headers: ['Content-Disposition'],
      },
    },
    refusals: [404],
    run: () => {
      const body = deps.authority();
      if (body === undefined) {
        throw new AppError('NOT_FOUND', { message: 'the server has no certificate authority of its own' });
      }
      const headers = { 'Content-Disposition': 'attachment; filename=ca.crt' };
      return Promise.resolve({ status: 200, headers, body });
    },
  });
}

/** What everybody is told. */
function publicInfo({ settings }: SystemInfoDeps): Readonly<Record<string, unknown>> {
  return {
    auth_mode: settings.get('auth_mode'),
    primary_auth_mode: settings.get('primary_auth_mode'),
    self_registration: settings.get('self_registration'),
    banner_message: settings.get('banner_message'),
    oidc_provider_name: settings.get('oidc_name'),
  };
}

async function serverInfo(deps: SystemInfoDeps): Promise<Readonly<Record<string, unknown>>> {
  const { settings, now, version } = deps;
  return {
    current_time: apiTime(await now()),
    harbor_version: `${harborRelease}-berth-${version}`,
    project_creation_restriction: settings.get('project_creation_restriction'),
    has_ca_root: deps.authority() !== undefined,
    read_only: settings.get('read_only'),
    registry_storage_provider_name: 'filesystem',
    notification_enable: settings.get('notification_enable'),
  };
}

/**
 * As the server was told, else as the client reached it; whether a proxy in front speaks TLS is not known, so there is
 * no `external_url` then. The client's own word is shown only to who sent it.
 */
function addressInfo(
  { externalUrl }: SystemInfoDeps,
  host: string | undefined,
): Readonly<Record<string, string>> {
  if (externalUrl !== undefined)
    return { registry_url: externalUrl.replace(/^https?:\/\//, ''), external_url: externalUrl };
  return host === undefined || !isHostHeader(host) ? {} : { registry_url: host };
}
