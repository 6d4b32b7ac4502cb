import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDocument } from 'yaml';
import { StartProblem } from '../../lib/start-problem.ts';
import {
  type FromDistribution,
  isDistributionConfig,
  translateDistribution,
} from './translate-distribution.ts';

function translate(text: string, env: Readonly<Record<string, string>> = {}): FromDistribution {
  const document: unknown = parseDocument(text, { schema: 'failsafe', customTags: ['null'] }).toJS();
  assert.ok(isDistributionConfig(document));
  return translateDistribution(document, env, 'config.yml');
}

function refused(text: string, env: Readonly<Record<string, string>> = {}): string {
  try {
    translate(text, env);
  } catch (error) {
    assert.ok(error instanceof StartProblem);
    assert.notEqual(error.values['zh'], error.values['en']);
    return String(error.values['en']);
  }
  assert.fail('it was taken');
}

/** What the image of Docker's registry 2 comes with. */
const shipped = `
version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
`;

test('the configuration that the image comes with is honoured, and what it cannot do is named', () => {
  const { values, htpasswd, deletes, warnings } = translate(shipped);
  assert.deepEqual(values, {
    storage: '/var/lib/registry',
    data: '/var/lib/registry/.berth',
    listen: ':5000',
    insecure_http: 'true',
  });
  assert.deepEqual([htpasswd, deletes], [undefined, false]);
  const told = warnings.map(({ en }) => en);
  assert.deepEqual(
    told.filter((each) => each.endsWith(' has no effect in Berth')),
    [
      'log.fields.service has no effect in Berth',
      'storage.cache.blobdescriptor has no effect in Berth',
      'http.headers.X-Content-Type-Options has no effect in Berth',
      'health.storagedriver.enabled has no effect in Berth',
      'health.storagedriver.interval has no effect in Berth',
      'health.storagedriver.threshold has no effect in Berth',
    ],
  );
  assert.ok(told.some((each) => each.startsWith('plain HTTP is served on :5000')));
});

test("files of Berth's own are none", () => {
  for (const document of [{ data: '/x' }, {}, null, 'text', ['version'], { version: '0.1' }])
    assert.ok(!isDistributionConfig(document));
});

test('variables go before the file, element by element', () => {
  const { values, htpasswd, realm, deletes, warnings } = translate(shipped, {
    REGISTRY_HTTP_ADDR: 'localhost:5001',
    REGISTRY_HTTP_TLS_CERTIFICATE: '/certs/domain.crt',
    REGISTRY_HTTP_TLS_KEY: '/certs/domain.key',
    REGISTRY_HTTP_TLS_CLIENTCAS_0: '/certs/ca.crt',
    REGISTRY_HTTP_HOST: 'https://registry.example',
    REGISTRY_AUTH: 'htpasswd',
    REGISTRY_AUTH_HTPASSWD_REALM: 'Registry Realm',
    REGISTRY_AUTH_HTPASSWD_PATH: '/auth/htpasswd',
    REGISTRY_STORAGE_DELETE_ENABLED: 'true',
    REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/data/',
    REGISTRY_LOG_LEVEL: 'warn',
    REGISTRY_PORT: 'tcp://10.0.0.1:5000',
    REGISTRY_SERVICE_HOST: '10.0.0.1',
    REGISTRY_VERSION: '0.2',
    OTHER_HTTP_ADDR: ':1',
  });
  assert.deepEqual(values, {
    storage: '/data/',
    data: '/data/.berth',
    listen: 'localhost:5001',
    external_url: 'https://registry.example',
    tls_certificate: '/certs/domain.crt',
    tls_key: '/certs/domain.key',
    tls_client_ca: '/certs/ca.crt',
    log_level: 'warn',
  });
  assert.deepEqual([htpasswd, realm, deletes], ['/auth/htpasswd', 'Registry Realm', true]);
  const told = warnings.map(({ en }) => en);
  assert.ok(told.includes('REGISTRY_VERSION has no effect in Berth'));
  assert.ok(!told.some((each) => /REGISTRY_(PORT|SERVICE)|OTHER|plain HTTP/.test(each)));
});

test('a secret that looks like an alias of YAML is a secret, and no auth may be written out', () => {
  const { values, htpasswd } = translate(shipped, { REGISTRY_HTTP_SECRET: '*x$1', REGISTRY_AUTH: 'none' });
  assert.deepEqual([values['listen'], htpasswd], [':5000', undefined]);
});

const filesystem = 'version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: /r\n';

const refusals: readonly (readonly [string, string, RegExp, Readonly<Record<string, string>>?])[] = [
  ['another version', 'version: 0.3\nstorage: {filesystem: {}}', /version 0\.3 is not known/],
  ['another driver', 'version: 0.1\nstorage:\n  s3:\n    bucket: b\n', /driver s3 is not in this version/],
  ['a driver by a variable', filesystem, /driver s3/, { REGISTRY_STORAGE: 's3' }],
  ['two drivers', filesystem, /several drivers \(filesystem, s3\)/, { REGISTRY_STORAGE_S3_BUCKET: 'b' }],
  ['a token server', `${filesystem}auth:\n  token:\n    realm: x\n`, /auth\.token is not in this version/],
  ['silly', `${filesystem}auth: {silly: {realm: x, service: y}}`, /auth\.silly/],
  ['htpasswd without a path', `${filesystem}auth: {htpasswd: {realm: x}}`, /needs a path/],
  ['a socket', `${filesystem}http: {net: unix, addr: /run/r.sock}`, /http\.net unix/],
  ['a prefix', `${filesystem}http: {prefix: /registry/}`, /http\.prefix/],
  ["Let's Encrypt", `${filesystem}http: {tls: {letsencrypt: {email: a@b.c}}}`, /letsencrypt/],
  [
    'a version of TLS that is none',
    filesystem,
    /minimumtls 1\.3 is not known; right: tls1\.2, tls1\.3/,
    { REGISTRY_HTTP_TLS_CERTIFICATE: '/c', REGISTRY_HTTP_TLS_KEY: '/k', REGISTRY_HTTP_TLS_MINIMUMTLS: '1.3' },
  ],
  ['a list that is none', `${filesystem}http: {tls: {clientcas: a}}`, /must be a list/],
  ['read-only', filesystem, /readonly/, { REGISTRY_STORAGE_MAINTENANCE_READONLY_ENABLED: 'true' }],
  [
    'read-only in another word',
    filesystem,
    /readonly/,
    { REGISTRY_STORAGE_MAINTENANCE_READONLY_ENABLED: 'True' },
  ],
  ['a pull-through cache', filesystem, /pull-through/, { REGISTRY_PROXY_REMOTEURL: 'https://hub' }],
  ['notifications', `${filesystem}notifications: {endpoints: [{name: a}]}`, /notifications are not/],
  ['a section as a value', 'version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: [a]\n', /single value/],
];

for (const [what, text, told, env = {}] of refusals) {
  test(`what would be less safe than it was meant, or could not be served, is refused: ${what}`, () => {
    assert.match(refused(text, env), told);
  });
}

const encrypted = { REGISTRY_HTTP_TLS_CERTIFICATE: '/c', REGISTRY_HTTP_TLS_KEY: '/k' };

test('what is asked of clients of TLS is honoured, raised with a warning, or named', () => {
  const of = (
    more: Readonly<Record<string, string>>,
  ): readonly [Readonly<Record<string, string>>, string] => {
    const { values, warnings } = translate(filesystem, { ...encrypted, ...more });
    const told = warnings.map(({ en }) => en).filter((each) => !each.startsWith('everybody'));
    return [values, told.join('\n')];
  };
  const [strict, nothing] = of({ REGISTRY_HTTP_TLS_MINIMUMTLS: 'tls1.3' });
  assert.deepEqual([strict['tls_minimum'], nothing], ['tls1.3', '']);
  for (const old of ['tls1.0', 'tls1.1']) {
    const [raised, told] = of({ REGISTRY_HTTP_TLS_MINIMUMTLS: old });
    assert.equal(raised['tls_minimum'], 'tls1.2');
    assert.match(told, new RegExp(`minimumtls ${old}: clients need TLS 1\\.2 all the same`));
  }
  const authorities = { REGISTRY_HTTP_TLS_CLIENTCAS_0: '/a', REGISTRY_HTTP_TLS_CLIENTCAS_1: '/b' };
  const [both, silent] = of({
    ...authorities,
    REGISTRY_HTTP_TLS_CLIENTAUTH: 'require-and-verify-client-cert',
  });
  assert.deepEqual([both['tls_client_ca'], silent], ['/a,/b', '']);
  const [, optional] = of({ ...authorities, REGISTRY_HTTP_TLS_CLIENTAUTH: 'verify-client-cert-if-given' });
  assert.match(
    optional,
    /clientauth verify-client-cert-if-given is not in this version: all clients have to/,
  );
  const [, rest] = of({
    REGISTRY_HTTP_TLS_CIPHERSUITES: '[TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]',
    REGISTRY_HTTP_TLS_CLIENTAUTH: 'request-client-cert',
  });
  assert.equal(
    rest,
    'http.tls.ciphersuites has no effect in Berth\nhttp.tls.clientauth has no effect in Berth',
  );
});

test('names that mean something to JavaScript are names', () => {
  const { warnings } = translate(filesystem, {
    REGISTRY_CONSTRUCTOR_PROTOTYPE: 'x',
    REGISTRY___PROTO__: 'y',
  });
  assert.equal(({} as Record<string, unknown>)['x'], undefined);
  assert.ok(warnings.some(({ en }) => en.startsWith('REGISTRY_CONSTRUCTOR_PROTOTYPE ')));
});
