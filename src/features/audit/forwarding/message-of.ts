import { formatSyslog } from '../../../platform/syslog/syslog-message.ts';
import type { AuditEvent } from '../audit-event-store.ts';
import { auditKindOf } from '../audit-kinds.ts';
import { auditDescriptionOf } from '../list-audit-log.ts';

/** An event as a syslog server gets it. */
export function messageOf(event: AuditEvent, host: string, maxBytes: number): Buffer {
  const kind = auditKindOf(event.type);
  const values = {
    id: String(event.id),
    actor: event.actor,
    username: event.username,
    operation: kind?.operation ?? '',
    resourceType: kind?.resourceType ?? '',
    object: event.recordedObject,
    resource: event.object,
    projectId: event.projectId === null ? '' : String(event.projectId),
    address: event.address,
    client: event.client,
    requestId: event.requestId,
    data: JSON.stringify(event.data),
  };
  const said = Object.entries(values).filter(([, value]) => value !== '');
  return formatSyslog(
    {
      severity: kind?.operation === 'delete' ? 'notice' : 'informational',
      at: event.at,
      host,
      msgId: event.type,
      values: Object.fromEntries(said),
      long: ['data'],
      text: `${event.username}: ${auditDescriptionOf(event)}`,
    },
    maxBytes,
  );
}
