import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { issueAuthority, issueForServer } from '../crypto/issue-certificate.ts';
import { MailProblem } from './mail-problem.ts';
import type { MailServer } from './mail-server.ts';
import { type Mail, sendMail } from './send-mail.ts';

const now = Date.now();
const authority = issueAuthority(['mail.example'], now);
const own = issueForServer(authority, ['localhost'], now);
const foreign = issueForServer(issueAuthority(['mail.example'], now), ['localhost'], now);
const known = getCACertificates('default');
setDefaultCACertificates([...known, authority.certificate]);
after(() => setDefaultCACertificates(known));

interface Taken {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly user: string | undefined;
  readonly secure: boolean;
}

/** A real SMTP server that keeps what it takes; signs in `ops` with `pass-word`. */
async function receiver(options: SMTPServerOptions = {}) {
  const taken: Taken[] = [];
  let signIns = 0;
  const smtp = new SMTPServer({
    authOptional: true,
    key: own.key,
    cert: own.certificate,
    onAuth: ({ username, password }, _session, done) => {
      signIns += 1;
      if (username === 'ops' && password === 'pass-word') return done(null, { user: username });
      const refusal = new Error(`no such password: ${String(password)}`);
      return done(Object.assign(refusal, { responseCode: 535 }));
    },
    onRcptTo: ({ address }, _session, done) =>
      done(
        address.startsWith('nobody@')
          ? Object.assign(new Error('no such user'), { responseCode: 550 })
          : null,
      ),
    onData: (stream, { envelope, user, secure }, done) => {
      void (async () => {
        const pieces: Buffer[] = [];
        for await (const piece of stream as AsyncIterable<Buffer>) pieces.push(piece);
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        taken.push({
          from,
          to,
          text: Buffer.concat(pieces).toString(),
          user: user as string | undefined,
          secure,
        });
        done(null);
      })();
    },
    ...options,
  });
  // A client that goes away in between is what some of the tests are about.
  smtp.on('error', () => undefined);
  smtp.listen(0, '127.0.0.1');
  await once(smtp.server, 'listening');
  const { port } = smtp.server.address() as AddressInfo;
  const at = (more: Partial<MailServer> = {}): MailServer => ({
    security: 'starttls',
    host: 'localhost',
    port,
    username: '',
    password: '',
    from: 'berth@example.com',
    ...more,
  });
  return {
    taken,
    at,
    signIns: () => signIns,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        smtp.close(resolve);
      }),
  };
}

const mail = (more: Partial<Mail> = {}): Mail => ({
  id: 'berth-7',
  to: ['ops@example.com'],
  subject: '[Berth] pay/app:v1: artifact pushed · 推送了制品',
  text: 'resource 资源: registry.example/pay/app:v1\n',
  at: Date.UTC(2026, 10, 28, 12),
  ...more,
});

async function problemOf(server: MailServer, given = mail(), timeOutMs?: number): Promise<MailProblem> {
  try {
    await sendMail(server, given, timeOutMs);
  } catch (error) {
    assert.ok(error instanceof MailProblem, String(error));
    return error;
  }
  return assert.fail('it was sent');
}

const headersOf = (text: string): string[] =>
  (text.split('\r\n\r\n')[0] ?? '').replaceAll(/\r\n[ \t]/g, ' ').split('\r\n');

for (const [security, options] of [
  ['starttls', {}],
  ['tls', { secure: true }],
] as const)
  test(`a mail arrives over ${security}, from the account, as it was written`, async () => {
    await using smtp = await receiver(options);
    const answer = await sendMail(smtp.at({ security, username: 'ops', password: 'pass-word' }), mail());
    assert.equal(answer.status, 250);
    const [one] = smtp.taken;
    assert.ok(one?.secure);
    assert.deepEqual([one.user, one.from, one.to], ['ops', 'berth@example.com', ['ops@example.com']]);
    const headers = headersOf(one.text);
    assert.ok(headers.includes('From: berth@example.com') && headers.includes('To: ops@example.com'));
    assert.ok(headers.includes('Message-ID: <berth-7@example.com>'));
    assert.ok(headers.includes('Date: Sat, 28 Nov 2026 12:00:00 +0000'));
    assert.ok(headers.includes('Auto-Submitted: auto-generated'));
    const [, body = ''] = one.text.split('\r\n\r\n');
    const plain = /base64/i.test(headers.join()) ? Buffer.from(body, 'base64').toString() : body;
    assert.match(plain, /registry\.example\/pay\/app:v1/);
  });

test('a server of the own network that has no TLS takes mail without an account, and never a password', async () => {
  await using smtp = await receiver({ disabledCommands: ['STARTTLS'] });
  await sendMail(smtp.at({ security: 'plain' }), mail());
  assert.equal(smtp.taken.length, 1);
  const { message, again } = await problemOf(
    smtp.at({ security: 'plain', username: 'ops', password: 'pass-word' }),
  );
  assert.match(message, /^no password is sent without TLS/);
  assert.deepEqual([again, smtp.signIns()], [false, 0]);
  const required = await problemOf(smtp.at({ username: 'ops', password: 'pass-word' }));
  assert.match(required.message, /^no TLS could be had/);
  assert.deepEqual([required.again, smtp.signIns(), smtp.taken.length], [true, 0, 1]);
});

test('a certificate that nobody vouches for gets no password and no mail', async () => {
  await using smtp = await receiver({ key: foreign.key, cert: foreign.certificate });
  const { message, again } = await problemOf(smtp.at({ username: 'ops', password: 'pass-word' }));
  assert.match(message, /its certificate is not trusted/);
  assert.deepEqual([again, smtp.signIns(), smtp.taken.length], [true, 0, 0]);
});

test('a refused account is told with what the server says, without its password, and tried again', async () => {
  await using smtp = await receiver();
  const { message, status, answer, again } = await problemOf(
    smtp.at({ username: 'ops', password: 'wrong-one' }),
  );
  assert.equal(message, 'the mail server refuses the account of smtp_username: 535 no such password: ***');
  assert.deepEqual([status, answer, again], [535, '535 no such password: ***', true]);
});

test('a server that repeats how it was signed in to tells nobody the password', async () => {
  const forms = ['ops wrong%20one', Buffer.from('\0ops\0wrong one').toString('base64')];
  for (const form of forms) {
    await using smtp = await receiver({
      onAuth: (_auth, _session, done) =>
        done(Object.assign(new Error(`refused: ${form}`), { responseCode: 535 })),
    });
    const { answer } = await problemOf(smtp.at({ username: 'ops', password: 'wrong one' }));
    assert.match(answer ?? '', /^535 refused: (?:ops )?\*\*\*$/);
  }
});

test('a recipient that is refused is told of, and those that have the mail do not get it again', async () => {
  await using smtp = await receiver();
  const some = await problemOf(smtp.at(), mail({ to: ['nobody@example.com', 'ops@example.com'] }));
  assert.equal(some.message, '1 of 2 recipients were refused: 550 no such user');
  assert.deepEqual([some.again, smtp.taken.length], [false, 1]);
  const all = await problemOf(smtp.at(), mail({ to: ['nobody@example.com'] }));
  assert.match(all.message, /^the mail server refused the message: 550 no such user/);
  assert.deepEqual([all.again, all.status, smtp.taken.length], [false, 550, 1]);
});

test('a server that refuses for now is asked again', async () => {
  await using smtp = await receiver({
    onMailFrom: (_address, _session, done) => done(Object.assign(new Error('later'), { responseCode: 451 })),
  });
  const { status, again } = await problemOf(smtp.at());
  assert.deepEqual([status, again], [451, true]);
});

test('no text of a subject begins a header', async () => {
  await using smtp = await receiver();
  await sendMail(smtp.at(), mail({ subject: 'a\r\nBcc: eve@example.com\r\n\r\nbody\u2028x' }));
  const [one] = smtp.taken;
  assert.deepEqual(one?.to, ['ops@example.com']);
  const headers = headersOf(one?.text ?? '');
  assert.ok(!headers.some((each) => /^bcc/i.test(each)));
  const subject = headers.filter((each) => each.startsWith('Subject: '));
  assert.deepEqual(subject, ['Subject: a  Bcc: eve@example.com    body x']);
});

test('a server that is away, silent, or where no mail server is, is a problem within its time', async () => {
  const smtp = await receiver();
  await smtp[Symbol.asyncDispose]();
  const away = await problemOf(smtp.at());
  assert.deepEqual([away.message, away.again], ['the mail server cannot be reached', true]);
  const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const late = await problemOf(smtp.at({ port }), mail(), 200);
  assert.deepEqual([late.message, late.again], ['the mail server did not answer in time', true]);
  silent.close();
  const linkLocal = await problemOf(smtp.at({ host: '169.254.169.254', port: 25 }));
  assert.deepEqual(
    [linkLocal.message, linkLocal.again],
    ['the address of the mail server is none that may be connected to', false],
  );
});
