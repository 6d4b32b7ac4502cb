import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import type { NodemailerError } from 'nodemailer';
import { guardedConnect } from '../http/outgoing/guarded-connect.ts';
import { OutgoingProblem } from '../http/outgoing/outgoing-problem.ts';
import { serverAddresses } from '../http/outgoing/server-addresses.ts';
import { MailProblem } from './mail-problem.ts';
import type { MailServer } from './mail-server.ts';
import { withoutPassword } from './without-password.ts';

/** For everything together: names, connection, TLS, sign-in, message. */
const longestMs = 20_000;
const longestAnswer = 500;

export interface Mail {
  /** The same each time that it is sent. */
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface MailAnswer {
  readonly status: number;
  readonly answer: string;
}

/**
 * Sends a message, once.
 * @throws MailProblem
 */
export async function sendMail(
  server: MailServer,
  mail: Mail,
  timeOutMs: number = longestMs,
): Promise<MailAnswer> {
  const { security, username } = server;
  if (username !== '' && security === 'plain')
    throw new MailProblem('no password is sent without TLS: an administrator has to change smtp_server', {
      again: false,
    });
  const signal = AbortSignal.timeout(timeOutMs);
  let socket: Socket | undefined;
  try {
    const url = new URL(`smtp://${server.host}:${server.port}`);
    socket = await guardedConnect(forServers, url, signal);
    return await overSocket(socket, { server, mail, signal });
  } catch (error) {
    throw problemOf(error, server, signal);
  } finally {
    socket?.destroy();
  }
}

/** The name is resolved once, and an address that was not looked at is never connected to. */
const forServers = {
  lookup: (name: string) => lookup(name, { all: true }),
  addresses: serverAddresses,
};

async function overSocket(
  connection: Socket,
  {
    server,
    mail,
    signal,
  }: { readonly server: MailServer; readonly mail: Mail; readonly signal: AbortSignal },
): Promise<MailAnswer> {
  const { security, host, port, username, password, from } = server;
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port,
    connection,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'plain',
    tls: { minVersion: 'TLSv1.2' },
    // A server that keeps its end open must not keep ours.
    socketCloseTimeout: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(username === '' ? {} : { auth: { user: username, pass: password } }),
  });
  const { response, rejected, rejectedErrors } = await transport.sendMail({
    from,
    to: [...mail.to],
    subject: mail.subject.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ' '),
    text: mail.text,
    date: new Date(mail.at),
    messageId: `<${mail.id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    // RFC 3834: no absence is told to it.
    headers: { 'Auto-Submitted': 'auto-generated' },
    signal,
  });
  const status = Number(response.slice(0, 3));
  const answer = shown(response, server);
  if (rejected.length === 0) return { status, answer };
  // Those that it was taken for must not have it again.
  const why = shown(rejectedErrors?.[0]?.response ?? '', server);
  throw new MailProblem(`${rejected.length} of ${mail.to.length} recipients were refused: ${why}`, {
    status,
    answer,
    again: false,
  });
}

function problemOf(error: unknown, server: MailServer, signal: AbortSignal): unknown {
  if (error instanceof MailProblem) return error;
  if (error instanceof OutgoingProblem)
    return new MailProblem('the address of the mail server is none that may be connected to', {
      again: false,
    });
  if (signal.aborted)
    return new MailProblem('the mail server did not answer in time', { again: true }, { cause: error });
  const { code, response = '', responseCode = null } = partsOf(error);
  const answer = shown(response, server);
  const told = { status: responseCode, answer };
  if (code === 'EAUTH')
    return new MailProblem(`the mail server refuses the account of smtp_username: ${answer}`, {
      ...told,
      again: true,
    });
  if (code === 'ETLS' || isOfTls(code)) {
    const message = 'no TLS could be had with the mail server, or its certificate is not trusted';
    return new MailProblem(message, { ...told, again: true }, { cause: error });
  }
  if (responseCode === null || answer === '')
    return new MailProblem('the mail server cannot be reached', { again: true }, { cause: error });
  const again = !isForGood(responseCode);
  return new MailProblem(`the mail server refused the message: ${answer}`, { ...told, again });
}

/** RFC 5321, 4.2.1: the same message will be refused again; 503 is about the order of commands. */
function isForGood(code: number): boolean {
  return code >= 500 && code !== 503;
}

function isOfTls(code: string | undefined): boolean {
  return code !== undefined && /^ERR_(?:TLS|SSL)_|CERT|^UNABLE_TO_/.test(code);
}

function partsOf(error: unknown): {
  readonly code?: string | undefined;
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
} {
  if (!(error instanceof Error)) return {};
  const { code, originalCode, response, responseCode }: Partial<NodemailerError> = error;
  return { code: code === 'ESOCKET' ? (originalCode ?? code) : code, response, responseCode };
}

/** What a server says, in one line, should it repeat what it was told. */
function shown(response: string, { password }: MailServer): string {
  const text = withoutPassword(response, password)
    .replaceAll(/\p{C}+/gu, ' ')
    .toWellFormed();
  return text.slice(0, longestAnswer);
}
