import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSyslogEndpoint } from './syslog-endpoint.ts';
import { formatSyslog, type SyslogMessage } from './syslog-message.ts';
import { connectSyslog } from './syslog-sender.ts';

for (const [text, endpoint] of [
  ['log.example:514', { transport: 'tcp', host: 'log.example', port: 514 }],
  ['tcp://10.0.0.1:601', { transport: 'tcp', host: '10.0.0.1', port: 601 }],
  ['UDP://log:514', { transport: 'udp', host: 'log', port: 514 }],
  ['tls://[fd00::1]:6514', { transport: 'tls', host: 'fd00::1', port: 6514 }],
  ['', undefined],
  ['log.example', undefined],
  ['log.example:0', undefined],
  ['log.example:65536', undefined],
  ['http://log.example:514', undefined],
  ['tls://user@log:514', undefined],
  ['log:514/path', undefined],
  ['fd00::1:514', undefined],
  ['lo g:514', undefined],
] as const)
  test(`the endpoint ${JSON.stringify(text)} is ${endpoint === undefined ? 'none' : endpoint.transport}`, () => {
    assert.deepEqual(parseSyslogEndpoint(text), endpoint);
  });

const message: SyslogMessage = {
  severity: 'notice',
  at: Date.UTC(2030, 0, 1),
  host: 'registry.example',
  msgId: 'tag.deleted',
  values: { id: '7', object: 'a"b]c\\d\ne', data: '{}' },
  long: ['data'],
  text: 'bob: 删除 x\r\ny',
};

test('a message has the form of RFC 5424, whatever is in it', () => {
  assert.equal(
    formatSyslog(message, 2048).toString(),
    '<109>1 2030-01-01T00:00:00.000Z registry.example berth - tag.deleted ' +
      '[berth@32473 id="7" object="a\\"b\\]c\\\\d e" data="{}"] \uFEFFbob: 删除 x  y',
  );
  assert.match(formatSyslog({ ...message, host: 'b ü', msgId: '' }, 2048).toString(), /Z b berth - - \[/);
});

test('a message that is too long loses its data, then its end, in the middle of no character', () => {
  const long = { ...message, values: { ...message.values, data: 'x'.repeat(3000) } };
  const short = formatSyslog(long, 2048).toString();
  assert.match(short, /d e" leftOut="data"\] \uFEFFbob/);
  const cut = formatSyslog({ ...long, text: '删'.repeat(2000) }, 2048);
  assert.ok(cut.length <= 2048 && cut.length > 2044, String(cut.length));
  assert.doesNotMatch(cut.toString(), /\uFFFD/);
});

test('whatever is in its values, a message has its element to the end', () => {
  for (const text of ['删', '"', ']', '😀']) {
    const values = {
      id: '7',
      object: text.repeat(512),
      resource: text.repeat(512),
      client: text.repeat(200),
    };
    const short = formatSyslog({ ...message, values: { ...values, data: '{}' } }, 2048).toString();
    assert.match(
      short,
      /^<109>1 [^[]* \[berth@32473 id="7" (?:[a-zA-Z]+="(?:[^"\\\]]|\\.)*…" ){2,3}.*leftOut="data"\] \uFEFFbob/,
    );
    assert.ok(Buffer.byteLength(short) <= 2048);
  }
});

for (const host of ['169.254.169.254', '168.63.129.16', '0.0.0.0', '224.0.0.1', 'fe80::1', '255.255.255.255'])
  test(`nothing is ever sent to ${host}`, async () => {
    for (const transport of ['tcp', 'udp', 'tls'] as const)
      await assert.rejects(
        connectSyslog({ transport, host, port: 514 }, new AbortController().signal),
        /no address that may be connected to/,
      );
  });
