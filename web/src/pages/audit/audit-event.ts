import type { Answer } from '../../api/call.ts';

export type AuditEvent = NonNullable<Answer<'GET /api/berth/v1/audit'>['items']>[number];
