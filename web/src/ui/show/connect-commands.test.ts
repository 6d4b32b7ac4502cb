import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clients, pullCommand, pushCommands, shellWord } from './connect-commands.ts';

const local = { host: 'localhost:5000', plain: true };
const away = { host: 'registry.example.com', plain: false };

test('what a shell would read as something else is quoted', () => {
  assert.equal(shellWord('library/app:1.0'), 'library/app:1.0');
  assert.equal(shellWord('robot$pay+ci'), "'robot$pay+ci'");
  assert.equal(shellWord("a'b; rm"), String.raw`'a'\''b; rm'`);
  assert.match(pushCommands('docker', away, { name: 'pay/app', user: 'robot$ci' }), /-u 'robot\$ci'/);
});

test('each client pulls by a tag, and by a digest', () => {
  const image = { name: 'pay/api/web', tag: 'v1' };
  assert.deepEqual(
    clients.map((client) => pullCommand(client, away, image)),
    [
      'docker pull registry.example.com/pay/api/web:v1',
      'podman pull registry.example.com/pay/api/web:v1',
      'nerdctl pull registry.example.com/pay/api/web:v1',
      'helm pull oci://registry.example.com/pay/api/web --version v1',
      'oras pull registry.example.com/pay/api/web:v1',
      'skopeo copy docker://registry.example.com/pay/api/web:v1 oci-archive:web.tar',
      'crane pull registry.example.com/pay/api/web:v1 web.tar',
    ],
  );
  for (const client of clients)
    assert.ok(
      pullCommand(client, away, { name: 'pay/web', digest: 'sha256:00' }).includes('pay/web@sha256:00'),
    );
});

test('without TLS each client is told so, except where it knows by itself', () => {
  const flags = clients.map((client) => pullCommand(client, local, { name: 'a/b', tag: '1' }));
  assert.deepEqual(
    flags.map((command) => /--\S*(?:tls|plain|insecure)\S*/.exec(command)?.[0]),
    [
      undefined,
      '--tls-verify=false',
      undefined,
      '--plain-http',
      undefined,
      '--src-tls-verify=false',
      undefined,
    ],
  );
  assert.match(
    pullCommand('oras', { host: '10.0.0.5:5000', plain: true }, { name: 'a/b', tag: '1' }),
    /--plain-http/,
  );
});
