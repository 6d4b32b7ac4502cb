import {
  type AnswerDeps,
  answerDeviceLogin,
  lookAtDeviceLogin,
} from '../../access/device-logins/answer-device-login.ts';
import {
  beginDeviceLogin,
  deviceLoginSeconds,
  pollSeconds,
} from '../../access/device-logins/begin-device-login.ts';
import { takeDeviceToken } from '../../access/device-logins/take-device-token.ts';
import { requireUserPrincipal } from '../../access/require-user-principal.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';

const base = '/api/berth/v1/device';
const tag = 'token';
/** Where a person answers. */
export const devicePagePath = '/device';

const text = { type: 'string' } as const;

const userCode = {
  in: 'path',
  required: true,
  description: 'What the device shows, such as WDJB-MJHT.',
  schema: text,
} as const;

/** RFC 8628, in JSON: a device without a password signs in by a person who has one. */
export function deviceLoginRoutes(deps: AnswerDeps): readonly RestRoute[] {
  return [beginRoute(deps), tokenRoute(deps), lookRoute(deps), answerRoute(deps)];
}

function beginRoute(deps: AnswerDeps): RestRoute {
  return restRoute.open({
    method: 'POST',
    path: `${base}/code`,
    operationId: 'beginDeviceLogin',
    tag,
    summary: 'A device begins to sign in: a code for it, and one that a person is to type.',
    needs: 'nothing',
    parameters: {},
    body: {
      name: 'device',
      schema: {
        type: 'object',
        properties: { name: { ...text, description: 'What asks, such as "berth on laptop".' } },
      },
    },
    answers: {
      200: {
        description: 'RFC 8628 §3.2.',
        schema: {
          type: 'object',
          properties: {
            device_code: text,
            user_code: text,
            verification_uri: text,
            verification_uri_complete: text,
            expires_in: { type: 'integer', format: 'int64' },
            interval: { type: 'integer', format: 'int64' },
          },
        },
      },
    },
    refusals: [400, 429],
    run: async ({ body, context }) => {
      const { clientAddress, client } = context;
      const name = body.name ?? 'a device';
      const begun = await beginDeviceLogin(deps, { name, clientAddress, client });
      const uri = `${context.origin}${context.prefix}${devicePagePath}`;
      return {
        status: 200,
        headers: { 'Cache-Control': 'no-store' },
        body: {
          device_code: begun.deviceCode,
          user_code: begun.userCode,
          verification_uri: uri,
          verification_uri_complete: `${uri}?code=${begun.userCode}`,
          expires_in: deviceLoginSeconds,
          interval: pollSeconds,
        },
      };
    },
  });
}

function tokenRoute(deps: AnswerDeps): RestRoute {
  return restRoute.open({
    method: 'POST',
    path: `${base}/token`,
    operationId: 'takeDeviceToken',
    tag,
    summary: 'A device asks for its token until a person has answered.',
    needs: 'nothing',
    parameters: {},
    body: { name: 'device', schema: { type: 'object', properties: { device_code: text } } },
    answers: {
      200: {
        description: 'A personal token of who approved, given this once.',
        schema: {
          type: 'object',
          properties: {
            access_token: text,
            token_type: text,
            name: text,
            expires_at: { type: 'string', format: 'date-time' },
          },
        },
      },
      400: {
        description: 'RFC 8628 §3.5: authorization_pending, slow_down, access_denied, expired_token.',
        schema: {
          type: 'object',
          properties: {
            error: text,
            errors: { type: 'array', items: { type: 'object', properties: { code: text, message: text } } },
          },
        },
      },
    },
    refusals: [],
    run: async ({ body, context }) => {
      const headers = { 'Cache-Control': 'no-store' };
      const { client, id: requestId } = context;
      const deviceCode = body.device_code ?? '';
      const taken = await takeDeviceToken(deps, { deviceCode, client, requestId });
      // RFC 8628 §3.5 has a form of its own for what is no failure.
      if (taken.error !== undefined) return { status: 400, headers, body: { error: taken.error } };
      const { token, name, expiresAt } = taken;
      return {
        status: 200,
        headers,
        body: { access_token: token, token_type: 'Bearer', name, expires_at: apiTime(expiresAt) },
      };
    },
  });
}

function lookRoute(deps: AnswerDeps): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path: `${base}/requests/{user_code}`,
    operationId: 'getDeviceLogin',
    tag,
    summary: 'Who waits under a code, for a person who is about to answer.',
    needs: 'signed-in',
    parameters: { user_code: userCode },
    answers: {
      200: {
        description: 'It.',
        schema: {
          type: 'object',
          properties: {
            name: { ...text, description: 'In its own words.' },
            address: text,
            client: text,
            created_at: { type: 'string', format: 'date-time' },
            expires_at: { type: 'string', format: 'date-time' },
          },
        },
      },
    },
    refusals: [401, 403, 404, 412, 429],
    run: async ({ parameters }, asker) => {
      const principal = requireUserPrincipal(asker.principal);
      const login = await lookAtDeviceLogin(deps, principal, parameters.user_code);
      const { name, address, client, createdAt, expiresAt } = login;
      return {
        status: 200,
        body: {
          name,
          address,
          client,
          created_at: apiTime(createdAt),
          expires_at: apiTime(expiresAt),
        },
      };
    },
  });
}

function answerRoute(deps: AnswerDeps): RestRoute {
  return restRoute.signedIn({
    method: 'PUT',
    path: `${base}/requests/{user_code}`,
    operationId: 'answerDeviceLogin',
    tag,
    summary: 'Lets a device in as who asks, or turns it away.',
    needs: 'signed-in',
    parameters: { user_code: userCode },
    body: {
      name: 'answer',
      schema: {
        type: 'object',
        properties: { approve: { type: 'boolean', description: 'Left out: it is turned away.' } },
      },
    },
    answers: { 200: { description: 'Answered.' } },
    refusals: [401, 403, 404, 412, 429],
    run: async ({ parameters, body }, { principal, actor }) => {
      await answerDeviceLogin(deps, {
        principal: requireUserPrincipal(principal),
        code: parameters.user_code,
        approve: body.approve === true,
        actor,
      });
      return { status: 200 };
    },
  });
}
