import { projectParameters } from '../../access/projects/project-parameters.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { lastMade } from '../../platform/deliveries/delivery-reads.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { eventKinds } from './event-kinds.ts';
import { payloadFormats, targetForms } from './webhook.ts';
import { webhooksOf } from './webhook-store.ts';

const tag = 'webhook';
const path = '/api/v2.0/projects/{project_name_or_id}/webhook';
const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const time = { type: 'string', format: 'date-time' } as const;

interface Deps {
  readonly db: Database;
}

/** What webhooks there can be, and when they were told of something. */
export function catalogueRoutes({ db }: Deps): readonly RestRoute[] {
  return [lastTriggerRoute({ db }), eventsRoute()];
}

function lastTriggerRoute({ db }: Deps): RestRoute {
  return restRoute.project({
    method: 'GET',
    path: `${path}/lasttrigger`,
    operationId: 'LastTrigger',
    tag,
    summary: 'When each webhook was last told of each of its types of events, in the last days.',
    needs: 'project',
    permission: 'notification-policy:read',
    parameters: projectParameters,
    answers: {
      200: {
        description: 'All of them.',
        schema: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              policy_name: text,
              event_type: text,
              enabled: { type: 'boolean' },
              creation_time: time,
              last_trigger_time: time,
            },
          },
        },
      },
    },
    refusals: [401, 403, 404],
    run: async (_call, { project }) => {
      const rows = [];
      for (const { id, name, eventTypes, enabled, createdAt } of await webhooksOf(db.reader, project.id)) {
        for (const kind of eventTypes) {
          const last = await lastMade(db.reader, { webhookId: id, kind });
          rows.push({
            policy_name: name,
            event_type: kind,
            enabled,
            creation_time: apiTime(createdAt),
            ...(last === undefined ? {} : { last_trigger_time: apiTime(last) }),
          });
        }
      }
      return { status: 200, body: rows };
    },
  });
}

function eventsRoute(): RestRoute {
  return restRoute.project({
    method: 'GET',
    path: `${path}/events`,
    operationId: 'GetSupportedEventTypes',
    tag,
    summary: 'Types of events, of targets and of payloads.',
    needs: 'project',
    permission: 'notification-policy:read',
    parameters: projectParameters,
    answers: {
      200: {
        description: 'They.',
        schema: {
          type: 'object',
          properties: {
            event_type: texts,
            notify_type: texts,
            payload_formats: {
              type: 'array',
              items: { type: 'object', properties: { notify_type: text, formats: texts } },
            },
          },
        },
      },
    },
    refusals: [401, 403, 404],
    run: () =>
      Promise.resolve({
        status: 200,
        body: {
          event_type: eventKinds,
          notify_type: targetForms,
          payload_formats: [{ notify_type: 'http', formats: payloadFormats }],
        },
      }),
  });
}
