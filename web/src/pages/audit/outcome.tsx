import type { ReactNode } from 'react';
import type { Answer } from '../../api/call.ts';
import { Badge } from '../../ui/show/values.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { auditTexts } from './text.ts';

export type AuditEvent = NonNullable<Answer<'GET /api/berth/v1/audit'>['items']>[number];

export function Outcome({ result }: { readonly result: AuditEvent['result'] }): ReactNode {
  const said = useTexts(auditTexts);
  return result === 'refused' ? (
    <Badge kind="danger">{said.refused}</Badge>
  ) : (
    <Badge kind="ok">{said.done}</Badge>
  );
}
