import type { ReactNode } from 'react';
import { Button, IconButton } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { LogText } from '../../ui/show/log-text.tsx';
import { useCopy } from '../../ui/show/use-copy.ts';
import { Time } from '../../ui/show/values.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { uiTexts } from '../../ui/text.ts';
import { sayProblem } from './say-problem.ts';
import { TargetAddress } from './target-address.tsx';
import { webhooksTexts } from './text.ts';
import { Asked, type Delivery, Status } from './use-delivery-columns.tsx';
import { useEventKindName } from './use-event-kind-name.ts';
import { type DeliveryPlace, useRedeliver } from './use-redeliver.ts';
import type { Target } from './webhook-draft.ts';

interface DeliveryDetailsProps {
  readonly place: DeliveryPlace;
  readonly delivery: Delivery;
  /** Undefined: it is there no more. */
  readonly target: Target | undefined;
  readonly onClose: () => void;
}

/** What was sent, and what was answered. */
export function DeliveryDetails({ place, delivery, target, onClose }: DeliveryDetailsProps): ReactNode {
  const said = useTexts(webhooksTexts);
  const { language } = useLanguage();
  const kindName = useEventKindName();
  const { id = 0, problem, request = {}, event_type: event = '', attempts = 0 } = delivery;
  const { busy, redeliver } = useRedeliver(place, id);
  const why = problem === undefined || problem === '' ? undefined : sayProblem(problem, language);
  const mail = target?.type === 'email' ? mailOf(request.body ?? '') : undefined;
  return (
    <Dialog
      wide
      title={said.detailsOf(String(id))}
      onClose={onClose}
      actions={
        <Button aria-label={said.redeliverOf(String(id))} busy={busy} onClick={() => redeliver(onClose)}>
          {said.redeliver}
        </Button>
      }
    >
      <div className="facts">
        <span title={event}>{kindName(event)}</span>
        <Asked by={delivery.asked} />
        <Status delivery={delivery} />
        <span>{said.triesOf(formatNumber(attempts, language))}</span>
        <Time at={delivery.creation_time} />
      </div>
      {why === undefined ? null : (
        <p className="problem" lang={why.language}>
          {why.text.charAt(0).toUpperCase() + why.text.slice(1)}
        </p>
      )}
      <div className="stack">
        <h3>{said.target}</h3>
        <p>{target === undefined ? said.targetGone : <TargetAddress whole target={target} />}</p>
        {mail === undefined ? (
          <Content label={said.request} note={request.content_type} text={pretty(request.body ?? '')} />
        ) : (
          <Mail {...mail} />
        )}
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
      <Content label={said.email} text={text} />
    </div>
  );
}

function Response({
  delivery: { attempts = 0, response },
}: Pick<DeliveryDetailsProps, 'delivery'>): ReactNode {
  const said = useTexts(webhooksTexts);
  const status = response?.status;
  const none = attempts === 0 ? said.notSentYet : said.noAnswer;
  return (
    <Content
      label={said.response}
      note={status === undefined ? undefined : String(status)}
      text={pretty(response?.body ?? '')}
      empty={response === undefined ? none : said.emptyAnswer}
    />
  );
}

interface ContentProps {
  readonly label: string;
  /** What kind of it. */
  readonly note?: string | undefined;
  readonly text: string;
  /** What is said in place of nothing. */
  readonly empty?: string;
}

/** What went over the line, with a button that puts it on the clipboard. */
function Content({ label, note, text, empty }: ContentProps): ReactNode {
  const common = useTexts(uiTexts);
  const { copied, copy } = useCopy();
  return (
    <>
      <div className="webhook-part">
        <h3>
          {label} {note === undefined ? null : <code className="meta">{note}</code>}
        </h3>
        {text === '' ? null : (
          <IconButton
            small
            icon={copied ? 'check' : 'copy'}
            label={copied ? common.copied : `${common.copy}: ${label}`}
            onClick={() => copy(text)}
          />
        )}
      </div>
      {text === '' ? <p className="muted">{empty}</p> : <LogText label={label} text={text} />}
    </>
  );
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
