import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretForm } from './secret-forms.ts';

const credentials = { host: 'r.test:5000', username: 'robot$pay+ci', secret: "a'b$c" };

test('a shell gets name and secret as they are, whatever it makes of $ and quotes', () => {
  assert.equal(
    secretForm('login', credentials),
    `printf %s 'a'\\''b$c' | docker login -u 'robot$pay+ci' --password-stdin r.test:5000`,
  );
  assert.equal(
    secretForm('env', credentials),
    `REGISTRY=r.test:5000\nREGISTRY_USER='robot$pay+ci'\nREGISTRY_PASSWORD='a'\\''b$c'`,
  );
});

test('the secret of a cluster holds the configuration of Docker', () => {
  const config: unknown = JSON.parse(secretForm('config', credentials));
  const auth = Buffer.from("robot$pay+ci:a'b$c").toString('base64');
  assert.deepEqual(config, { auths: { 'r.test:5000': { auth } } });
  const yaml = secretForm('kubernetes', credentials);
  assert.match(yaml, /^ {2}name: robot-pay-ci$/m);
  const [, data = ''] = /\.dockerconfigjson: (\S+)$/.exec(yaml) ?? [];
  assert.deepEqual(JSON.parse(Buffer.from(data, 'base64').toString()), config);
});
