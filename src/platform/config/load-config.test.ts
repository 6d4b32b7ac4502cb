import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { inspect } from 'node:util';
import { StartProblem, type StartProblemCode } from '../../lib/start-problem.ts';
import { type ConfigSources, loadConfig, locale } from './load-config.ts';
import { type OptionName, optionRows, options } from './options.ts';
import { requireSecretKey } from './require-secret-key.ts';

/** Punctuation that means something to URLs, YAML, shells or printf; the backslash is a real one. */
const hardPassword = 'a@b:c/d?e#f%41G&h+i=j;k\'l"m\\n o{p}$q é';

const root = mkdtempSync(join(tmpdir(), 'berth-config-'));
after(() => rmSync(root, { recursive: true }));

/** A folder of its own that holds these files, as working directory. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const cwd = mkdtempSync(join(root, 'cwd-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return cwd;
}

function load(sources: Partial<ConfigSources> = {}): ReturnType<typeof loadConfig> {
  return loadConfig({ flags: {}, env: {}, cwd: root, ...sources });
}

/** The settings that a `berth.yml` of this text gives. */
function loadYaml(text: string, sources: Partial<ConfigSources> = {}): ReturnType<typeof loadConfig> {
  return load({ cwd: folderWith({ 'berth.yml': text }), ...sources });
}

function refusal(what: () => unknown, code: StartProblemCode = 'configInvalid'): { en: string; zh: string } {
  try {
    what();
  } catch (error) {
    assert.ok(error instanceof StartProblem, String(error));
    assert.equal(error.code, code);
    return { en: String(error.values['en']), zh: String(error.values['zh']) };
  }
  assert.fail('the settings were taken');
}

test('without any setting the server listens on this machine only and keeps its data below the folder', () => {
  const { config, settings } = load();
  assert.deepEqual(config, {
    listen: { host: 'localhost', port: 5000, loopback: true },
    listenIsDefault: true,
    metricsListen: { host: 'localhost', port: 9090, loopback: true },
    metricsListenIsDefault: true,
    insecureHttp: false,
    tls: { mode: 'off' },
    externalUrl: undefined,
    trustedProxies: [],
    outgoing: { permitted: [], destinations: undefined },
    data: join(root, 'data'),
    storage: join(root, 'data', 'storage'),
    storageReserve: undefined,
    adminSocket: { path: join(root, 'data', 'run', 'admin.sock'), shared: false },
    databaseUrl: undefined,
    databasePool: 20,
    secretKey: undefined,
    tokenLifeSeconds: 1800,
    configOverwriteJson: undefined,
    defaultProject: 'library',
    openUploads: 1000,
    clientRequests: 2000,
    clientConnections: 4000,
    snapshots: 7,
    gcWindowMs: 7_200_000,
    drainDelayMs: 5000,
    logLevel: 'info',
    lang: 'en',
    adminPassword: undefined,
    allowWeakAdmin: false,
    distribution: undefined,
  });
  assert.deepEqual(new Set(Object.values(settings).map(({ origin }) => origin)), new Set(['default']));
});

test('every option is in the settings, each once', () => {
  assert.deepEqual(Object.keys(load().settings).toSorted(), Object.keys(options).toSorted());
});

test('a flag goes before a variable, that before the file, that before the default; each names its origin', () => {
  const cwd = folderWith({ 'berth.yml': 'data: from-file\nlog_level: debug\ndefault_project: file\n' });
  const { settings } = load({
    cwd,
    flags: { data: 'from-flag' },
    env: { BERTH_DATA: 'from-env', BERTH_LOG_LEVEL: 'warn' },
  });
  assert.deepEqual(settings.data, { value: 'from-flag', origin: '--data' });
  assert.deepEqual(settings.logLevel, { value: 'warn', origin: 'BERTH_LOG_LEVEL' });
  assert.deepEqual(settings.defaultProject, {
    value: 'file',
    origin: `${join(cwd, 'berth.yml')}: default_project`,
  });
  assert.deepEqual(settings.drainDelay, { value: '5', origin: 'default' });
});

test('where requests may be sent to is addresses and names, each refused when it is neither', () => {
  const env = { BERTH_OUTGOING_ADDRESSES: '10.0.0.0/8, 127.0.0.1', BERTH_OUTGOING_HOSTS: 'hooks.example' };
  const { outgoing } = load({ env }).config;
  assert.deepEqual(
    outgoing.permitted.map(({ address, prefix }) => `${address}/${prefix}`),
    ['10.0.0.0/8', '127.0.0.1/32'],
  );
  assert.deepEqual(outgoing.destinations, new Set(['hooks.example']));
  assert.equal(load({}).config.outgoing.destinations, undefined);
  const addresses = refusal(() => load({ env: { BERTH_OUTGOING_ADDRESSES: 'example' } }));
  assert.match(addresses.en, /^outgoing_addresses: "example" is neither an address nor a network/);
  const hosts = refusal(() => load({ env: { BERTH_OUTGOING_HOSTS: 'https://example' } }));
  assert.match(hosts.en, /^outgoing_hosts: "https:\/\/example" is no name of a host/);
});

/** A value that every option takes, unlike its default, and a second one. */
const samples: Readonly<Record<OptionName, readonly [string, string]>> = {
  listen: ['127.0.0.1:1', '127.0.0.1:2'],
  insecureHttp: ['true', 'false'],
  tls: ['self', 'off'],
  tlsCertificate: ['/one.crt', '/two.crt'],
  tlsKey: ['/one.key', '/two.key'],
  tlsNames: ['one.example', '10.0.0.1,two.example'],
  tlsClientCa: ['/one.pem', '/two.pem'],
  tlsMinimum: ['tls1.3', 'tls1.2'],
  tlsHsts: ['true', 'false'],
  metricsListen: ['127.0.0.1:3', 'off'],
  externalUrl: ['https://one.example', 'http://two.example:8080'],
  trustedProxies: ['10.0.0.0/8', '::1'],
  outgoingAddresses: ['10.0.0.0/8', '127.0.0.1'],
  outgoingHosts: ['hooks.example', 'localhost'],
  data: ['/one', '/two'],
  storage: ['/three', '/four'],
  storageReserve: ['1GiB', '5%'],
  databaseUrl: ['postgres://one', 'postgresql://two'],
  databasePassword: ['one', 'two'],
  databasePool: ['2', '1000'],
  secretKey: ['0'.repeat(64), 'f'.repeat(64)],
  tokenLife: ['60', '3600'],
  configOverwriteJson: ['one', 'two'],
  defaultProject: ['one', 'two'],
  openUploads: ['1', '9999999'],
  clientRequests: ['1', '100'],
  clientConnections: ['1', '100'],
  snapshots: ['3', '0'],
  gcWindow: ['30m', '0s'],
  drainDelay: ['1', '2'],
  logLevel: ['warn', 'error'],
  lang: ['zh', 'en'],
  adminPassword: ['one', 'two'],
  allowWeakAdmin: ['true', 'false'],
};

/** What else has to be set for an option to mean anything. */
const companions: Readonly<Partial<Record<OptionName, Readonly<Record<string, string>>>>> = {
  tlsCertificate: { BERTH_TLS_KEY: '/key' },
  tlsKey: { BERTH_TLS_CERTIFICATE: '/certificate' },
  tlsNames: { BERTH_TLS: 'self' },
  tlsClientCa: { BERTH_TLS: 'self' },
  tlsMinimum: { BERTH_TLS: 'self' },
  tlsHsts: { BERTH_TLS: 'self' },
};

test('every option can be set by its variable and by its key in the file, the variable first', () => {
  for (const [name, row] of optionRows) {
    const [one, two] = samples[name];
    const env = companions[name] ?? {};
    const set = load({ env: { ...env, [row.env]: one } }).settings[name];
    assert.deepEqual(set, { value: one, origin: row.env });
    assert.equal(loadYaml(`${row.key}: ${one}\n`, { env }).settings[name].value, one);
    const both = loadYaml(`${row.key}: ${one}\n`, { env: { ...env, [row.env]: two } });
    assert.deepEqual(both.settings[name], {
      value: two,
      origin: row.env,
    });
  }
});

test('every option with a flag can be set by it, before its variable', () => {
  for (const [name, row] of optionRows) {
    if (row.flag === undefined) continue;
    const [one, two] = samples[name];
    const env = { ...companions[name], [row.env]: two };
    const { settings } = load({ flags: { [name]: one }, env });
    assert.deepEqual(settings[name], { value: one, origin: row.flag.split(' ')[0] });
  }
});

test('paths are taken from the working directory, the storage from the data folder unless it is named', () => {
  const named = load({ flags: { data: 'd', storage: 's' } }).config;
  assert.deepEqual([named.data, named.storage], [join(root, 'd'), join(root, 's')]);
  const alone = load({ flags: { data: '/srv/../srv/berth' } }).config;
  assert.deepEqual([alone.data, alone.storage], ['/srv/berth', '/srv/berth/storage']);
});

test('data and storage cannot be one folder, however it is written', () => {
  refusal(() => load({ flags: { data: '/srv/berth', storage: '/srv/x/../berth/' } }));
});

test('a data folder without a name does not become the working directory', () => {
  assert.match(refusal(() => load({ flags: { data: '' } })).en, /^data "" \(--data\)/);
});

test('a variable set to nothing is not set', () => {
  assert.equal(load({ env: { BERTH_LISTEN: '' } }).settings.listen.origin, 'default');
  const env = { BERTH_ADMIN_PASSWORD: '', HARBOR_ADMIN_PASSWORD: 'from-harbor' };
  assert.equal(load({ env }).config.adminPassword?.reveal(), 'from-harbor');
});

test('berth.yml need not be there, a file that was asked for must', () => {
  const flags = { config: 'other.yml' };
  assert.match(refusal(() => load({ flags })).en, /other\.yml cannot be read/);
  assert.match(refusal(() => load({ env: { BERTH_CONFIG: 'other.yml' } })).en, /other\.yml cannot be read/);
});

test('the file is the one of the flag, then of the variable, then berth.yml', () => {
  const cwd = folderWith({ 'a.yml': 'data: /a', 'b.yml': 'data: /b', 'berth.yml': 'data: /c' });
  const env = { BERTH_CONFIG: 'b.yml' };
  assert.equal(load({ cwd, flags: { config: 'a.yml' }, env }).config.data, '/a');
  assert.equal(load({ cwd, env }).config.data, '/b');
  assert.equal(load({ cwd }).config.data, '/c');
});

test('an empty file, one of comments only, and a key without a value set nothing', () => {
  for (const text of ['', '\n', '# data: /x\n', '---\n', 'data:\n', 'data: ~\n', 'data: null\n'])
    assert.deepEqual(loadYaml(text).settings.data, { value: 'data', origin: 'default' }, text);
});

test('a file that holds no keys is refused', () => {
  for (const text of ['just text', '- data', '5'])
    assert.match(refusal(() => loadYaml(text)).en, /must hold keys and values/);
});

test('a key with more than one value is refused', () => {
  for (const text of ['data: [a]', 'data: {a: b}', 'data:\n  - a', 'admin_password: {a: b}'])
    assert.match(refusal(() => loadYaml(text)).en, /must be a single value/);
});

test('an unknown key is refused with the name that is nearest', () => {
  const { en, zh } = refusal(() => loadYaml('listn: localhost:1'));
  assert.match(en, /no setting "listn"; did you mean listen\?/);
  assert.match(zh, /"listn".*是否想写 listen？/);
  assert.match(refusal(() => loadYaml('admin_pasword_file: x')).en, /did you mean admin_password_file\?/);
});

test('an unknown key that resembles nothing is refused without a guess', () => {
  assert.match(refusal(() => loadYaml('something_else_altogether: 1')).en, /altogether"$/);
});

test('only secrets can be given by a file of their own', () => {
  refusal(() => loadYaml('listen_file: x'));
  assert.match(refusal(() => load({ env: { BERTH_DATA_FILE: 'x' } })).en, /BERTH_DATA_FILE; did you mean/);
});

test('keys of every object are no settings', () => {
  for (const key of ['__proto__', 'constructor', 'toString']) refusal(() => loadYaml(`${key}: x`));
});

test('an unknown variable is refused with the name that is nearest', () => {
  const { en, zh } = refusal(() => load({ env: { BERTH_LISEN: 'x' } }));
  assert.match(en, /variable BERTH_LISEN; did you mean BERTH_LISTEN\?/);
  assert.match(zh, /BERTH_LISEN .*是否想写 BERTH_LISTEN？/);
  refusal(() => load({ env: { BERTH_: 'x' } }));
  refusal(() => load({ env: { BERTH_PORT: '5000' } }));
});

test('variables of others are ignored, even when they resemble ours', () => {
  load({
    env: { BERTHA: 'x', BERTH: 'x', berth_listn: 'x', XBERTH_DATA: 'x', PATH: '/bin', HOME: undefined },
  });
});

test('what Kubernetes sets for services called berth, berth-db or berth-2 is ignored', () => {
  for (const service of ['BERTH', 'BERTH_DB', 'BERTH_2', 'BERTH_A_B_C', 'BERTH_LISTEN']) {
    const env = {
      [`${service}_SERVICE_HOST`]: '10.0.0.1',
      [`${service}_SERVICE_PORT`]: '5000',
      [`${service}_SERVICE_PORT_HTTP`]: '5000',
      [`${service}_PORT`]: 'tcp://10.0.0.1:5000',
      [`${service}_PORT_5000_TCP`]: 'tcp://10.0.0.1:5000',
      [`${service}_PORT_5000_TCP_PROTO`]: 'tcp',
      [`${service}_PORT_5000_TCP_PORT`]: '5000',
      [`${service}_PORT_5000_TCP_ADDR`]: '10.0.0.1',
      [`${service}_PORT_53_UDP`]: 'udp://10.0.0.1:53',
    };
    assert.equal(load({ env }).settings.listen.origin, 'default', service);
  }
});

test('what only resembles a service link is refused', () => {
  for (const variable of ['BERTH_SERVICE', 'BERTH_HOST', 'BERTH_PORT_X_TCP', 'BERTH_DB_PORT_5432_TCP_NAME'])
    refusal(() => load({ env: { [variable]: '1' } }));
});

test('a secret is the same by variable, by a file that a variable names, and in berth.yml', () => {
  const cwd = folderWith({ password: hardPassword });
  const quoted = `'${hardPassword.replaceAll("'", "''")}'`;
  const given = [
    load({ env: { BERTH_ADMIN_PASSWORD: hardPassword } }),
    load({ cwd, env: { BERTH_ADMIN_PASSWORD_FILE: 'password' } }),
    load({ cwd: root, env: { BERTH_ADMIN_PASSWORD_FILE: join(cwd, 'password') } }),
    loadYaml(`admin_password: ${hardPassword}\n`),
    loadYaml(`admin_password: ${quoted}\n`),
    loadYaml(`admin_password: ${JSON.stringify(hardPassword)}\n`),
    loadYaml(`admin_password: |-\n  ${hardPassword}\n`),
    loadYaml(`admin_password_file: ${join(cwd, 'password')}\n`),
  ];
  for (const { config } of given) assert.equal(config.adminPassword?.reveal(), hardPassword);
});

test('a database address is taken as it is, and neither decoded nor expanded', () => {
  const url = `postgres://u:${encodeURIComponent(hardPassword)}@host/db?application_name=%41$q`;
  assert.equal(load({ env: { BERTH_DATABASE_URL: url } }).config.databaseUrl?.reveal(), url);
});

test('the password of the database may come from elsewhere, and counts where the address has none', () => {
  const cwd = folderWith({ pw: 'from a file\n' });
  const of = (url: string, more: Record<string, string>) =>
    load({ cwd, env: { BERTH_DATABASE_URL: url, ...more } }).config.databaseUrl?.reveal();
  const password = { BERTH_DATABASE_PASSWORD: hardPassword };
  const filled = `postgres://user:${encodeURIComponent(hardPassword)}@host/db`;
  assert.equal(of('postgres://user@host/db', password), filled);
  assert.equal(of('postgres://user:own@host/db', password), 'postgres://user:own@host/db');
  const file = { BERTH_DATABASE_PASSWORD_FILE: 'pw' };
  assert.equal(of('postgres://user@host/db', file), 'postgres://user:from%20a%20file@host/db');
  assert.equal(load({ env: password }).config.databaseUrl, undefined);
});

test('a number of connections that cannot work is refused', () => {
  for (const count of ['0', '1', '1001', '-5', 'many', '2.5'])
    assert.match(refusal(() => load({ env: { BERTH_DATABASE_POOL: count } })).en, /right: 2 … 1000/, count);
});

test('one final newline of a secret file is dropped, and nothing else', () => {
  const files = {
    'pw\n': 'pw',
    'pw\r\n': 'pw',
    'pw\n\n': 'pw\n',
    ' pw \n': ' pw ',
    '\npw': '\npw',
    'p\nw\n': 'p\nw',
    'pw\\n': 'pw\\n',
    [`${hardPassword}\n`]: hardPassword,
  };
  for (const [content, secret] of Object.entries(files)) {
    const cwd = folderWith({ pw: content });
    const { config } = load({ cwd, env: { BERTH_ADMIN_PASSWORD_FILE: 'pw' } });
    assert.equal(config.adminPassword?.reveal(), secret, JSON.stringify(content));
  }
});

test('a secret in the file that YAML could read as a number, or as yes or no, stays as it is written', () => {
  for (const text of [
    '0123456789',
    '1e10',
    '0x1F',
    '12345678901234567890',
    '1.10',
    '-0',
    'true',
    'NO',
    '.inf',
  ])
    assert.equal(loadYaml(`admin_password: ${text}`).config.adminPassword?.reveal(), text);
});

test('a setting in the file that YAML could read as a number stays as it is written', () => {
  assert.equal(loadYaml('default_project: 1.10').config.defaultProject, '1.10');
  assert.equal(loadYaml('default_project: 007').config.defaultProject, '007');
  assert.equal(loadYaml('drain_delay: 7').config.drainDelayMs, 7000);
});

test('a secret that is given twice in one place is refused', () => {
  const cwd = folderWith({ pw: 'x' });
  const env = { BERTH_ADMIN_PASSWORD: 'x', BERTH_ADMIN_PASSWORD_FILE: 'pw' };
  assert.match(refusal(() => load({ cwd, env })).en, /BERTH_ADMIN_PASSWORD and .*_FILE are both set/);
  const text = 'admin_password: x\nadmin_password_file: pw\n';
  assert.match(refusal(() => loadYaml(text)).en, /admin_password and admin_password_file are both set/);
  const harbor = { HARBOR_ADMIN_PASSWORD: 'x', HARBOR_ADMIN_PASSWORD_FILE: 'pw' };
  refusal(() => load({ cwd, env: harbor }));
});

test('a secret file that cannot be read is refused with the place it was named at', () => {
  const env = { BERTH_ADMIN_PASSWORD_FILE: 'nowhere' };
  assert.match(refusal(() => load({ env })).en, /^BERTH_ADMIN_PASSWORD_FILE: nowhere cannot be read/);
  assert.match(
    refusal(() => loadYaml('admin_password_file: nowhere')).en,
    /admin_password_file: nowhere cannot be read/,
  );
  refusal(() => load({ env: { BERTH_DATABASE_URL_FILE: '.' } }));
});

test("Harbor's variable for the first password means the same, after ours", () => {
  const cwd = folderWith({ pw: 'from a file\n' });
  const { config, settings } = load({ env: { HARBOR_ADMIN_PASSWORD: 'theirs' } });
  assert.equal(config.adminPassword?.reveal(), 'theirs');
  assert.equal(settings.adminPassword.origin, 'HARBOR_ADMIN_PASSWORD');
  const both = load({ env: { HARBOR_ADMIN_PASSWORD: 'theirs', BERTH_ADMIN_PASSWORD: 'ours' } });
  assert.equal(both.config.adminPassword?.reveal(), 'ours');
  const file = load({ cwd, env: { HARBOR_ADMIN_PASSWORD_FILE: 'pw' } });
  assert.equal(file.config.adminPassword?.reveal(), 'from a file');
  const yaml = loadYaml('admin_password: x', { env: { HARBOR_ADMIN_PASSWORD: 'theirs' } });
  assert.equal(yaml.config.adminPassword?.reveal(), 'theirs');
});

test('an empty secret is none', () => {
  assert.equal(load({ env: { BERTH_ADMIN_PASSWORD: '' } }).config.adminPassword, undefined);
  assert.equal(load({ env: { BERTH_DATABASE_URL: '' } }).config.databaseUrl, undefined);
});

test('secrets do not get into the printed configuration', () => {
  const { config } = load({
    env: { BERTH_ADMIN_PASSWORD: 'hidden1', BERTH_DATABASE_URL: 'postgres://hidden2' },
  });
  for (const printed of [JSON.stringify(config), inspect(config, { depth: 9, showHidden: true })]) {
    assert.doesNotMatch(printed, /hidden/);
    assert.match(printed, /\(secret\)/);
  }
});

test('a broken secret is refused without being repeated', () => {
  const shown = refusal(() => load({ env: { BERTH_DATABASE_URL: 'mysql://hidden' } }));
  assert.match(shown.en, /^database_url \(BERTH_DATABASE_URL\): the address is not valid/);
  assert.doesNotMatch(JSON.stringify(shown), /hidden/);
});

test('a file that is not YAML is refused by line, without any of its text: it may be a secret', () => {
  for (const line of [
    'admin_password: "a\\qhidden"',
    'admin_password: hidden1\nadmin_password: hidden2',
    'admin_password: *hidden',
    'admin_password: !hidden1',
    'admin_password: @hidden',
    'admin_password: %hidden',
    'admin_password: `hidden',
    'admin_password: [hidden',
    'admin_password: "hidden',
    'admin_password: hidden: x',
    '--- hidden\n--- hidden',
    '\thidden: x',
  ]) {
    try {
      loadYaml(`# settings\n${line}\n`);
      assert.fail(`taken: ${line}`);
    } catch (error) {
      assert.ok(error instanceof StartProblem, String(error));
      assert.equal(error.code, 'configInvalid');
      assert.match(String(error.values['en']), /berth\.yml /);
      assert.doesNotMatch(inspect(error, { depth: 9 }), /hidden/, line);
    }
  }
  assert.match(refusal(() => loadYaml('data: x\nadmin_password: "a\\q"\n')).en, /line 2$/);
});

test('beyond this machine plain HTTP is served only to who asked for it', () => {
  for (const listen of [
    ':5000',
    '0.0.0.0:5000',
    '[::]:5000',
    '192.168.1.5:5000',
    'berth.example:443',
    '127.1:80',
  ]) {
    refusal(() => load({ flags: { listen } }), 'insecureListen');
    refusal(() => load({ env: { BERTH_LISTEN: listen, BERTH_INSECURE_HTTP: 'false' } }), 'insecureListen');
    const { config } = load({ flags: { listen }, env: { BERTH_INSECURE_HTTP: 'true' } });
    assert.equal(config.listen.loopback, false);
    assert.equal(config.listenIsDefault, false);
  }
});

test('on this machine plain HTTP needs no leave', () => {
  for (const listen of ['localhost:1', '127.0.0.1:1', '127.8.9.10:1', '[::1]:1'])
    assert.equal(load({ flags: { listen } }).config.listen.loopback, true);
});

test('the default address is one that nobody asked for, even when somebody writes it', () => {
  assert.equal(load({ flags: { listen: 'localhost:5000' } }).config.listenIsDefault, false);
});

test('what is no address is refused with the place it was set at and an example', () => {
  const { en, zh } = refusal(() => load({ env: { BERTH_LISTEN: '5000' } }));
  assert.equal(en, 'listen "5000" (BERTH_LISTEN) is not valid; right: host:port, such as localhost:5000');
  assert.match(zh, /^listen "5000"（BERTH_LISTEN）无效/);
});

test('a weak administrator goes with an address of this machine only', () => {
  assert.equal(load({ flags: { allowWeakAdmin: 'true' } }).config.allowWeakAdmin, true);
  const flags = { allowWeakAdmin: 'true', insecureHttp: 'true', listen: ':5000' };
  assert.match(refusal(() => load({ flags })).en, /loopback/);
});

test('a switch is true or false and nothing else', () => {
  assert.equal(loadYaml('insecure_http: true').config.insecureHttp, true);
  for (const value of ['1', 'yes', 'on', 'TRUE', ' true', 'truee'])
    assert.match(refusal(() => load({ env: { BERTH_INSECURE_HTTP: value } })).en, /right: true, false$/);
});

test('a delay is a number of seconds up to an hour', () => {
  for (const [value, ms] of [
    ['0', 0],
    ['0.5', 500],
    ['3600', 3_600_000],
  ] as const)
    assert.equal(load({ flags: { drainDelay: value } }).config.drainDelayMs, ms);
  for (const value of ['', ' ', '-1', '3601', '5s', 'x', 'NaN', 'Infinity'])
    assert.match(refusal(() => load({ flags: { drainDelay: value } })).en, /0 … 3600$/, value);
});

test('the window of garbage collection is a time with a unit, up to a week', () => {
  for (const [value, ms] of [
    ['0s', 0],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['168h', 604_800_000],
  ] as const)
    assert.equal(load({ env: { BERTH_GC_WINDOW: value } }).config.gcWindowMs, ms);
  for (const value of ['', '0', '2', '-1s', '1.5h', '169h', '2d', 'h'])
    assert.match(refusal(() => load({ flags: { gcWindow: value } })).en, /0s … 168h, such as 30m$/, value);
});

test('a master key is 32 bytes as hex digits or base64, and is not shown when it is none', () => {
  const { config } = load({ env: { BERTH_SECRET_KEY: 'a'.repeat(64) } });
  assert.equal(config.secretKey?.reveal(), 'a'.repeat(64));
  assert.equal(
    load({ env: { BERTH_SECRET_KEY: `${'+/'.repeat(21)}w=` } }).config.secretKey === undefined,
    false,
  );
  for (const value of ['too-short', 'g'.repeat(64), 'a'.repeat(65), `${'a'.repeat(63)}!`]) {
    const { en, zh } = refusal(() => load({ env: { BERTH_SECRET_KEY: value } }));
    assert.match(en, /^secret_key \(BERTH_SECRET_KEY\) is not valid/);
    assert.ok(!en.includes(value) && !zh.includes(value));
  }
});

test('a shared database needs a master key that was set', () => {
  const env = { BERTH_DATABASE_URL: 'postgres://one' };
  refusal(() => requireSecretKey(load({ env }).config), 'secretKeyNeeded');
  requireSecretKey(load({ env: { ...env, BERTH_SECRET_KEY: 'a'.repeat(64) } }).config);
  requireSecretKey(load().config);
});

test('a token lives for a minute to an hour', () => {
  for (const value of ['60', '1800', '3600'])
    assert.equal(load({ flags: { tokenLife: value } }).config.tokenLifeSeconds, Number(value));
  for (const value of ['', '0', '59', '60.5', '3601', 'x'])
    assert.match(refusal(() => load({ flags: { tokenLife: value } })).en, /60 … 3600$|0 … 3600$/, value);
});

test('a log level is one of four', () => {
  for (const level of ['debug', 'info', 'warn', 'error'])
    assert.equal(load({ flags: { logLevel: level } }).config.logLevel, level);
  for (const level of ['', 'trace', 'fatal', 'INFO', 'silent'])
    assert.match(refusal(() => load({ flags: { logLevel: level } })).en, /debug, info, warn, error$/);
});

test('the default project is a name, or none', () => {
  for (const [value, project] of [
    ['none', ''],
    ['', ''],
    ['a', 'a'],
    ['my.team_1-x', 'my.team_1-x'],
  ] as const)
    assert.equal(load({ flags: { defaultProject: value } }).config.defaultProject, project);
  for (const value of ['A', 'a/b', '-a', 'a-', 'a..b', ' a', 'é', '../a'])
    assert.match(refusal(() => load({ flags: { defaultProject: value } })).en, /a project name, or none$/);
});

test('the language is the one that was set, else that of the system', () => {
  assert.equal(load({ flags: { lang: 'zh' }, env: { LANG: 'en_US.UTF-8' } }).config.lang, 'zh');
  assert.equal(load({ env: { BERTH_LANG: 'en', LANG: 'zh_CN.UTF-8' } }).config.lang, 'en');
  assert.equal(loadYaml('lang: zh').config.lang, 'zh');
  assert.equal(load({ env: { LANG: 'zh_CN.UTF-8' } }).config.lang, 'zh');
  assert.equal(load({ env: { LANG: 'de_DE.UTF-8' } }).config.lang, 'en');
  assert.match(refusal(() => load({ flags: { lang: 'de' } })).en, /right: en, zh$/);
});

test('of the variables for the language of the system the first that is not empty decides', () => {
  const env = { LC_ALL: 'a', LC_MESSAGES: 'b', LANG: 'c' };
  assert.equal(locale(env), 'a');
  assert.equal(locale({ ...env, LC_ALL: '' }), 'b');
  assert.equal(locale({ ...env, LC_ALL: undefined, LC_MESSAGES: '' }), 'c');
  assert.equal(locale({ LANG: '' }), undefined);
  assert.equal(locale({ LANGUAGE: 'zh' }), undefined);
  assert.equal(load({ env: { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' } }).config.lang, 'en');
});

test('every refusal is there in both languages', () => {
  const all = [
    refusal(() => loadYaml('x: 1')),
    refusal(() => loadYaml('data: "')),
    refusal(() => loadYaml('data: *x')),
    refusal(() => loadYaml('text')),
    refusal(() => loadYaml('data: []')),
    refusal(() => load({ env: { BERTH_X: '' } })),
    refusal(() => load({ flags: { config: 'x' } })),
    refusal(() => load({ flags: { lang: 'x' } })),
    refusal(() => load({ flags: { data: 's', storage: 's' } })),
    refusal(() => load({ env: { BERTH_ADMIN_PASSWORD_FILE: 'x' } })),
    refusal(() => load({ env: { BERTH_ADMIN_PASSWORD_FILE: 'x', BERTH_ADMIN_PASSWORD: '' } })),
  ];
  for (const { en, zh } of all) {
    assert.doesNotMatch(en, /\p{Script=Han}|undefined/u);
    assert.match(zh, /\p{Script=Han}/u);
  }
});

test('trusted proxies are a list with commas, or a list of the file', () => {
  const ten = { address: '10.0.0.0', prefix: 8, family: 'ipv4' };
  const one = { address: '::1', prefix: 128, family: 'ipv6' };
  const { config } = load({ env: { BERTH_TRUSTED_PROXIES: ' 10.0.0.0/8, ::1 ,' } });
  assert.deepEqual(config.trustedProxies, [ten, one]);
  assert.deepEqual(loadYaml('trusted_proxies: [10.0.0.0/8, "::1"]\n').config.trustedProxies, [ten, one]);
  assert.deepEqual(loadYaml('trusted_proxies:\n').config.trustedProxies, []);
});

test('a proxy that is a name, has too long a prefix or is everybody is refused by a sentence of its own', () => {
  for (const [value, en, zh] of [
    ['proxy.example', /no names/, /不能使用主机名/],
    ['10.0.0.0/8, 10.0.0.0/33', /"10\.0\.0\.0\/33" has a prefix longer/, /前缀长于地址/],
    ['::/0', /everybody/, /冒充/],
  ] as const) {
    const said = refusal(() => load({ flags: { trustedProxies: value } }));
    assert.match(said.en, en);
    assert.match(said.en, /^trusted_proxies \(--trusted-proxies\)/);
    assert.match(said.zh, zh);
  }
  assert.match(refusal(() => loadYaml('trusted_proxies: [[10.0.0.1]]\n')).en, /single value/);
});

test('an external URL with a path is refused, a right one loses the slash at its end', () => {
  assert.equal(
    load({ flags: { externalUrl: 'https://R.example/' } }).config.externalUrl,
    'https://r.example',
  );
  const said = refusal(() => load({ env: { BERTH_EXTERNAL_URL: 'https://r.example/path' } }));
  assert.match(said.en, /external_url "https:\/\/r\.example\/path" \(BERTH_EXTERNAL_URL\).*without a path/);
});

test('a limit of what one client may do is a number above 0', () => {
  for (const name of ['openUploads', 'clientRequests', 'clientConnections'] as const)
    for (const wrong of ['0', '-1', '1.5', 'none', '10000000'])
      refusal(() => load({ flags: { [name]: wrong } }));
});

test('snapshots are taken unless it is said or the database is PostgreSQL', () => {
  const url = { BERTH_DATABASE_URL: 'postgres://one' };
  assert.equal(load({}).config.snapshots, 7);
  assert.equal(load({ env: url }).config.snapshots, 0);
  assert.equal(load({ env: url, flags: { snapshots: '2' } }).config.snapshots, 2);
  assert.equal(load({ flags: { snapshots: '0' } }).config.snapshots, 0);
  for (const wrong of ['-1', '1.5', 'many', '1000']) refusal(() => load({ flags: { snapshots: wrong } }));
});
