import type { ReactNode } from 'react';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { LogText } from '../../ui/show/log-text.tsx';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { sayProblem } from './say-problem.ts';
import { TargetAddress } from './target-address.tsx';
import { webhooksTexts } from './text.ts';
import type { Delivery } from './use-delivery-columns.tsx';
import type { Target } from './webhook-draft.ts';

interface DeliveryDetailsProps {
  readonly delivery: Delivery;
  /** Undefined: it is there no more. */
  readonly target: Target | undefined;
  readonly onClose: () => void;
}

/** What was sent, and what was answered. */
export function DeliveryDetails({ delivery, target, onClose }: DeliveryDetailsProps): ReactNode {
  const said = useTexts(webhooksTexts);
  const { language } = useLanguage();
  const { id, problem, request = {} } = delivery;
  const why = problem === undefined || problem === '' ? undefined : sayProblem(problem, language);
  const mail = target?.type === 'email' ? mailOf(request.body ?? '') : undefined;
  return (
    <Dialog wide title={said.detailsOf(String(id))} onClose={onClose}>
      {why === undefined ? null : (
        <p lang={why.language}>
          <strong>{why.text}</strong>
        </p>
      )}
      <div className="stack">
        <h3>{said.target}</h3>
        <p>{target === undefined ? said.targetGone : <TargetAddress whole target={target} />}</p>
        {mail === undefined ? (
          <>
            <h3>
              {said.request} <code className="meta">{request.content_type}</code>
            </h3>
            <LogText label={said.request} text={pretty(request.body ?? '')} />
          </>
        ) : (
          <Mail {...mail} />
        )}
        <h3>
          {said.response} <code className="meta">{delivery.response?.status}</code>
        </h3>
        <Response delivery={delivery} />
      </div>
    </Dialog>
  );
}

interface MailProps {
  readonly subject: string;
  readonly text: string;
}

function Mail({ subject, text }: MailProps): ReactNode {
  const said = useTexts(webhooksTexts);
  return (
    <div className="webhook-mail stack">
      <h3>{said.subject}</h3>
      <p lang="">{subject}</p>
      <h3>{said.email}</h3>
      <LogText label={said.email} text={text} />
    </div>
  );
}

function Response({
  delivery: { attempts = 0, response },
}: Pick<DeliveryDetailsProps, 'delivery'>): ReactNode {
  const said = useTexts(webhooksTexts);
  const body = pretty(response?.body ?? '');
  if (body !== '') return <LogText label={said.response} text={body} />;
  const none = attempts === 0 ? said.notSentYet : said.noAnswer;
  return <p className="muted">{response === undefined ? none : said.emptyAnswer}</p>;
}

/** The words of a mail, which wait to be sent as JSON. */
function mailOf(body: string): MailProps | undefined {
  const value = parsed(body);
  if (typeof value !== 'object' || value === null) return undefined;
  const { subject = '', text = '' } = value as Partial<MailProps>;
  return { subject, text };
}

/** JSON in lines; what is none stays as it was. */
function pretty(text: string): string {
  const value = parsed(text);
  return value === undefined ? text : JSON.stringify(value, undefined, 2);
}

/** Undefined: it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
