import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendByMail } from './send-by-mail.ts';

const delivery = { id: 1, body: JSON.stringify({ subject: 's', text: 't' }), createdAt: 0 };
const target = {
  key: '0',
  type: 'email',
  address: 'ops@example.com,eve@elsewhere.example',
  skipCertVerify: false,
  payloadFormat: null,
} as const;

test('who may no longer receive mail ends a delivery for good, before anything is sent', async () => {
  // A port that nothing listens at would be tried again.
  const server = {
    security: 'plain',
    host: '127.0.0.1',
    port: 1,
    username: '',
    password: '',
    from: 'a@b',
  } as const;
  const mail = { server: () => server, recipients: () => 'example.com' };
  const outcome = await sendByMail(mail, delivery, { target, now: 0 });
  assert.ok(outcome.kind === 'failed' && !outcome.again);
  assert.match(outcome.problem, /^eve@elsewhere\.example may not receive mail/);
  assert.match(outcome.line, /^1970-01-01T00:00:00\.000Z mail to 2, \d+ ms: eve@/);
});

test('without a server a delivery fails for good, and says who has to act', async () => {
  const mail = { server: () => undefined, recipients: () => '' };
  const outcome = await sendByMail(mail, delivery, { target, now: 0 });
  assert.ok(outcome.kind === 'failed' && !outcome.again);
  assert.match(outcome.problem, /an administrator has to set smtp_server and smtp_from/);
});
