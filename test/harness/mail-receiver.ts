import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { waitUntil } from './wait-until.ts';

export interface ReceivedMail {
  readonly to: readonly string[];
  /** As it came, with its headers. */
  readonly text: string;
  /** Who signed in. */
  readonly user: string;
}

/** An SMTP server on a port of 127.0.0.1, which takes mail of one account over TLS. */
export class MailReceiver implements AsyncDisposable {
  readonly received: ReceivedMail[] = [];
  readonly port: number;
  readonly #smtp: SMTPServer;

  private constructor(smtp: SMTPServer, port: number, received: ReceivedMail[]) {
    this.#smtp = smtp;
    this.port = port;
    this.received = received;
  }

  static async start(given: {
    readonly key: Buffer;
    readonly cert: Buffer;
    readonly user: string;
    readonly password: string;
    readonly port?: number;
  }): Promise<MailReceiver> {
    const { key, cert, user, password } = given;
    const received: ReceivedMail[] = [];
    const smtp = new SMTPServer({
      key,
      cert,
      onAuth: (told, _session, done) =>
        told.username === user && told.password === password
          ? done(null, { user })
          : done(Object.assign(new Error('Authentication failed'), { responseCode: 535 })),
      onData: (stream, { envelope }, done) => {
        const pieces: Buffer[] = [];
        stream.on('data', (piece: Buffer) => pieces.push(piece));
        stream.once('end', () => {
          const text = Buffer.concat(pieces).toString();
          received.push({ to: envelope.rcptTo.map(({ address }) => address), text, user });
          done(null);
        });
      },
    });
    // A client goes away as soon as it has its answer.
    smtp.on('error', () => undefined);
    smtp.listen(given.port ?? 0, '127.0.0.1');
    await once(smtp.server, 'listening');
    return new MailReceiver(smtp, (smtp.server.address() as AddressInfo).port, received);
  }

  /** Resolves once so many have come. */
  async until(count: number): Promise<ReceivedMail[]> {
    await waitUntil(`${count} mails`, () => this.received.length >= count, 60_000);
    return this.received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#smtp.close(resolve);
    });
  }
}
