import type { Delivery } from '../../../platform/deliveries/delivery-reads.ts';
import type { Outcome } from '../../../platform/deliveries/delivery-source.ts';
import { MailProblem } from '../../../platform/mail/mail-problem.ts';
import type { MailServer } from '../../../platform/mail/mail-server.ts';
import { mayReceive, parseList } from '../../../platform/mail/recipients.ts';
import { sendMail } from '../../../platform/mail/send-mail.ts';
import type { MailWords } from '../payloads/mail-body.ts';
import type { Target } from '../webhook.ts';

/** What administrators of the system set, as it is now. */
export interface MailSettings {
  /** Undefined: none is named, or no sender. */
  readonly server: () => MailServer | undefined;
  /** Whom mail may be sent to: domains and addresses; empty: anybody. */
  readonly recipients: () => string;
}

/** Sends one message to the recipients of a target, once. */
export async function sendByMail(
  settings: MailSettings,
  { id, body, createdAt }: Pick<Delivery, 'id' | 'body' | 'createdAt'>,
  { target, now }: { readonly target: Target; readonly now: number },
): Promise<Outcome> {
  const started = performance.now();
  const to = parseList(target.address);
  const line = (): string => {
    const took = Math.round(performance.now() - started);
    return `${new Date(now).toISOString()} mail to ${to.length}, ${took} ms`;
  };
  const { subject, text } = JSON.parse(body) as MailWords;
  try {
    const server = settings.server();
    if (server === undefined)
      throw new MailProblem('there is no mail: an administrator has to set smtp_server and smtp_from', {
        again: false,
      });
    const refused = to.find((each) => !mayReceive(each, settings.recipients()));
    if (refused !== undefined)
      throw new MailProblem(`${refused} may not receive mail: it is not among smtp_recipients`, {
        again: false,
      });
    const mail = { id: `berth-${id}`, to, subject, text, at: createdAt };
    const { status, answer } = await sendMail(server, mail);
    return { kind: 'delivered', status, answer, line: `${line()}: ${status}` };
  } catch (error) {
    if (!(error instanceof MailProblem)) throw error;
    const { message: problem, status, answer, again } = error;
    return { kind: 'failed', status, answer, problem, again, line: `${line()}: ${problem}` };
  }
}
