import type { EventKind } from '../event-kinds.ts';
import type { Target } from '../webhook.ts';
import { chatBody } from './chat-body.ts';
import { fillTemplate } from './fill-template.ts';
import { mailBody } from './mail-body.ts';
import { slackBody } from './slack-body.ts';
import type { Told } from './told.ts';

export interface Payload {
  readonly contentType: string;
  readonly body: string;
}

const json = 'application/json';

/**
 * What is sent to a target.
 * @param source `/projects/1/webhook/policies/2`
 * @param id of this message, the same each time it is sent
 */
export function payloadOf(
  target: Target,
  told: Told,
  of: { readonly source: string; readonly id: string },
): Payload {
  switch (target.type) {
    case 'slack':
      return { contentType: json, body: slackBody(told) };
    case 'teams':
    case 'feishu':
    case 'dingtalk':
    case 'wecom':
      return { contentType: json, body: JSON.stringify(chatBody(target.type, told)) };
    case 'email':
      return { contentType: json, body: mailBody(told) };
    case 'http':
      if (target.template !== undefined)
        return { contentType: json, body: fillTemplate(target.template, told) };
      return target.payloadFormat === 'CloudEvents' ? cloudEvent(told, of) : harborPayload(told);
  }
}

function harborPayload({ kind, at, operator, data }: Told): Payload {
  const body = { type: kind, occur_at: Math.floor(at / 1000), operator, event_data: data };
  return { contentType: json, body: JSON.stringify(body) };
}

const cloudTypes: Readonly<Record<EventKind, string>> = {
  PUSH_ARTIFACT: 'harbor.artifact.pushed',
  PULL_ARTIFACT: 'harbor.artifact.pulled',
  DELETE_ARTIFACT: 'harbor.artifact.deleted',
  QUOTA_EXCEED: 'harbor.quota.exceeded',
  QUOTA_WARNING: 'harbor.quota.warned',
  REPLICATION: 'harbor.replication.status.changed',
  SCANNING_COMPLETED: 'harbor.scan.completed',
  SCANNING_FAILED: 'harbor.scan.failed',
  SCANNING_STOPPED: 'harbor.scan.stopped',
  TAG_RETENTION: 'harbor.tag_retention.finished',
  TAG_MOVED: 'berth.tag.moved',
  TAG_DELETED: 'berth.tag.deleted',
  TAG_RESTORED: 'berth.tag.restored',
  ARTIFACT_RESTORED: 'berth.artifact.restored',
  REPOSITORY_RESTORED: 'berth.repository.restored',
  LABEL_ADDED: 'berth.label.added',
  LABEL_REMOVED: 'berth.label.removed',
  TAG_RETENTION_REVIEW: 'berth.tag_retention.held',
};

/** CloudEvents 1.0, JSON format, structured mode. */
function cloudEvent(
  { kind, at, operator, requestId, data }: Told,
  { source, id }: { readonly source: string; readonly id: string },
): Payload {
  const body = {
    specversion: '1.0',
    id,
    source,
    type: cloudTypes[kind],
    datacontenttype: json,
    time: new Date(at).toISOString().replace('.000Z', 'Z'),
    data,
    // An extension has to have a value.
    ...(requestId === '' ? {} : { requestid: requestId }),
    operator,
  };
  return { contentType: 'application/cloudevents+json', body: JSON.stringify(body) };
}
