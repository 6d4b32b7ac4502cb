import type { ReactNode } from 'react';
import type { Answer } from '../../api/call.ts';
import { Badge, LongName } from '../../ui/show/values.tsx';
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

/** What is no name of anybody's is said in words. */
export function ObjectName({ event }: { readonly event: AuditEvent }): ReactNode {
  const said = useTexts(auditTexts);
  const { object = '', project_id: project } = event;
  const words: Readonly<Record<string, string>> = {
    configuration: said.settings,
    system: said.wholeSystem,
    'audit log': said.auditLog,
    'every project': said.everyProject,
    trash: said.trash,
    many: said.many,
  };
  const word = project === undefined ? words[object] : undefined;
  return word ?? <LongName name={object} />;
}

export function Actor({ event: { actor, username = '' } }: { readonly event: AuditEvent }): ReactNode {
  const said = useTexts(auditTexts);
  return actor === 'system' ? said.system : <LongName name={username} />;
}
