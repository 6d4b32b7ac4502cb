import type { ReactNode } from 'react';
import { Badge, Digest, LongName } from '../../ui/show/values.tsx';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import type { AuditEvent } from './audit-event.ts';
import { adminSocket, goneInWords, objectInWords } from './object-words.ts';
import { auditTexts } from './text.ts';

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
  const { language } = useLanguage();
  const { object = '' } = event;
  const word = objectInWords(event, language);
  if (word !== undefined) return <span title={object}>{word}</span>;
  const [, repository = object, digest] = /^(.+)@(sha(?:256|512):[0-9a-f]+)$/.exec(object) ?? [];
  if (digest === undefined) return <LongName name={object} />;
  return (
    <span className="activity-object">
      <LongName name={repository} /> <Digest digest={digest} />
    </span>
  );
}

export function Actor({ event: { actor, username = '' } }: { readonly event: AuditEvent }): ReactNode {
  const said = useTexts(auditTexts);
  const { language } = useLanguage();
  return actor === 'system' ? said.system : <LongName name={goneInWords(username, language) ?? username} />;
}

/** Commands on the server have no address: they come over its admin socket. */
export function From({ address = '' }: { readonly address: string | undefined }): ReactNode {
  const said = useTexts(auditTexts);
  if (address === '') return <span className="muted">–</span>;
  if (address !== adminSocket) return address;
  return (
    <span className="activity-from" title={said.fromSocketText}>
      {said.fromSocket}
    </span>
  );
}
