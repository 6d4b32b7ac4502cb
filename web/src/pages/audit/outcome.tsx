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
  if (digest === undefined)
    return (
      <span className="activity-name of-object">
        <LongName name={object} />
      </span>
    );
  return (
    <span className="activity-object">
      <span className="activity-name of-object">
        <LongName name={repository} />
      </span>{' '}
      <Digest digest={digest} />
    </span>
  );
}

export function Actor({ event: { actor, username = '' } }: { readonly event: AuditEvent }): ReactNode {
  const said = useTexts(auditTexts);
  const { language } = useLanguage();
  if (actor === 'system') return said.system;
  return (
    <span className="activity-name">
      <LongName name={goneInWords(username, language) ?? username} />
    </span>
  );
}

/** Commands on the server have no address: they come over its admin socket. */
export function From({ address = '' }: { readonly address: string | undefined }): ReactNode {
  const said = useTexts(auditTexts);
  if (address === '') return <span className="muted">–</span>;
  if (address !== adminSocket) return <span className="activity-from">{address}</span>;
  return (
    <span className="activity-from" title={said.fromSocketText}>
      {said.fromSocket}
    </span>
  );
}
