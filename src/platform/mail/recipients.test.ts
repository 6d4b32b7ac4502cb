import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMailEndpoint } from './mail-server.ts';
import { isMailbox } from './mailbox.ts';
import { isRecipientList, mayReceive } from './recipients.ts';

test('a mail address is one dot-atom at one domain, and nothing that headers or lists are made of', () => {
  for (const right of ['a@b', 'ops+berth@example.com', "o'neil@mail.example.co", 'x_y@1.example'])
    assert.ok(isMailbox(right), right);
  for (const wrong of [
    '',
    'ops',
    '@example.com',
    'ops@',
    'a b@example.com',
    'a@example.com\r\nBcc: b@example.com',
    'a,b@example.com',
    '"a"@example.com',
    'Ops <ops@example.com>',
    'a@b@example.com',
    'ö@example.com',
    'a..b@example.com',
    'a@-example.com',
    'a@example..com',
    'a@[127.0.0.1]',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b.'.repeat(130)}com`,
  ])
    assert.ok(!isMailbox(wrong), JSON.stringify(wrong));
});

test('who may receive mail is named by domain or address, in any case of letters; nobody named: anybody', () => {
  assert.ok(mayReceive('x@anywhere.example', ''));
  const allowed = 'Example.com, boss@other.example';
  assert.ok(isRecipientList(allowed));
  assert.deepEqual(
    ['ops@EXAMPLE.com', 'Boss@other.example', 'eve@other.example', 'ops@sub.example.com'].map((each) =>
      mayReceive(each, allowed),
    ),
    [true, true, false, false],
  );
  assert.ok(!isRecipientList('example.com,,x') && !isRecipientList('a b'));
});

test('a mail server is host:port with STARTTLS, or names TLS or none', () => {
  assert.deepEqual(parseMailEndpoint('mail.example:587'), {
    security: 'starttls',
    host: 'mail.example',
    port: 587,
  });
  assert.equal(parseMailEndpoint('TLS://[fd00::1]:465')?.security, 'tls');
  assert.equal(parseMailEndpoint('plain://127.0.0.1:25')?.security, 'plain');
  for (const wrong of [
    'mail.example',
    'smtp://mail.example:25',
    'mail.example:0',
    'mail.example:65536',
    'u@h:25',
  ])
    assert.equal(parseMailEndpoint(wrong), undefined);
});
