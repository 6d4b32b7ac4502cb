import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Delivery } from '../../platform/deliveries/delivery-reads.ts';
import type { Outcome } from '../../platform/deliveries/delivery-source.ts';
import type { GuardedClient, OutgoingAnswer } from '../../platform/http/outgoing/guarded-client.ts';
import { OutgoingProblem } from '../../platform/http/outgoing/outgoing-problem.ts';
import { noSecrets, openSecrets } from './seal-secrets.ts';
import { chatProblem } from './sending/chat-problem.ts';
import { type MailSettings, sendByMail } from './sending/send-by-mail.ts';
import { signRequest } from './sending/sign-request.ts';
import { isAsked, type Target, type TargetSecrets, targetNumberOf } from './webhook.ts';
import { findWebhook } from './webhook-store.ts';

export interface SendDeps {
  readonly db: Database;
  readonly masterKey: MasterKey;
  readonly client: Pick<GuardedClient, 'send'>;
  readonly mail: MailSettings;
  /** Berth's version. */
  readonly version: string;
}

const timeOutMs = 5_000;
const answerBytes = 4 * 1024;
/** The administrator, or who made the webhook, has to act first. */
const forGood: ReadonlySet<OutgoingProblem['fault']> = new Set(['url', 'destination', 'address']);
const gone = 410;

/** Sends one message, once. */
export async function sendWebhook(deps: SendDeps, delivery: Delivery): Promise<Outcome> {
  const { db, masterKey } = deps;
  const now = await db.now();
  const webhook = await findWebhook(db.reader, delivery.webhookId);
  const number = webhook === undefined ? -1 : targetNumberOf(webhook, delivery.queue);
  const target = webhook?.targets[number];
  if (webhook === undefined || target === undefined)
    return notSent(now, 'the webhook has no such target any more');
  if (target.type !== delivery.form) return notSent(now, 'the target is of another type by now');
  // It may have been made while somebody switched it off.
  if (!webhook.enabled && !isAsked(delivery.orderKey)) return notSent(now, 'the webhook was switched off');
  if (target.type === 'email') return sendByMail(deps.mail, delivery, { target, now });
  const secrets = openSecrets(masterKey, webhook);
  if (secrets === undefined)
    return notSent(now, 'the secrets of the webhook were encrypted with another master key: set them again');
  const started = performance.now();
  try {
    const answer = await post(deps, delivery, { target, secrets: secrets[number] ?? noSecrets, now });
    return judged(answer, { line: lineOf(now, target, started), target });
  } catch (error) {
    if (!(error instanceof OutgoingProblem)) throw error;
    const line = `${lineOf(now, target, started)}: ${error.message}`;
    return {
      kind: 'failed',
      status: null,
      answer: '',
      problem: error.message,
      again: !forGood.has(error.fault),
      line,
    };
  }
}

function post(
  { client, version }: SendDeps,
  { id, body, contentType }: Delivery,
  {
    target,
    secrets,
    now,
  }: { readonly target: Target; readonly secrets: TargetSecrets; readonly now: number },
): Promise<OutgoingAnswer> {
  const messageId = `berth-${id}`;
  const signed = signRequest(target, secrets.secret, { id: messageId, body, now });
  return client.send({
    method: 'POST',
    url: signed.url,
    headers: {
      'Content-Type': contentType,
      'User-Agent': `berth/${version}`,
      'Webhook-Id': messageId,
      'Webhook-Timestamp': String(Math.floor(now / 1000)),
      ...signed.headers,
      ...(secrets.authHeader === '' ? {} : { Authorization: asSent(secrets.authHeader) }),
    },
    body: Buffer.from(signed.body),
    timeOutMs,
    maxAnswerBytes: answerBytes,
    cut: true,
    redirects: 'answered',
    ...(target.skipCertVerify ? { anyCertificate: true } : {}),
  });
}

/** RFC 7617, 2.1: passwords are in UTF-8, of which Node's headers know the bytes only. */
function asSent(header: string): string {
  return Buffer.from(header).toString('latin1');
}

function judged(
  { status, headers, body }: OutgoingAnswer,
  { line, target }: { readonly line: string; readonly target: Target },
): Outcome {
  const encoding = headers['content-encoding'];
  const text = body.toString('utf8').replaceAll('\0', '').toWellFormed();
  const answer = encoding === undefined ? text : `(${body.length} bytes, ${encoding.slice(0, 40)})`;
  const told = { status, answer, line: `${line}: ${status}` };
  if (status >= 200 && status < 300) {
    const problem = chatProblem(target.type, answer);
    return problem === undefined
      ? { kind: 'delivered', ...told }
      : { kind: 'failed', problem, again: true, ...told };
  }
  const problem =
    status >= 300 && status < 400
      ? `the answer is ${status}: redirects are not followed, set the address it leads to`
      : `the answer is ${status}`;
  return { kind: 'failed', problem, again: status !== gone, ...told };
}

/** The path of an address may be a secret. */
function lineOf(now: number, target: Target, started: number): string {
  const took = Math.round(performance.now() - started);
  return `${new Date(now).toISOString()} POST ${URL.parse(target.address)?.origin ?? ''}, ${took} ms`;
}

function notSent(now: number, problem: string): Outcome {
  const line = `${new Date(now).toISOString()} not sent: ${problem}`;
  return { kind: 'failed', status: null, answer: '', problem, again: false, line };
}
