import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PostgresUrlProblem, parsePostgresUrl, withPostgresPassword } from './postgres-url.ts';

const hostsOf = (url: string) => parsePostgresUrl(url).hosts.map(({ host, port }) => `${host} ${port}`);

test('an address names one or several hosts, each with its port, in the order in which they are tried', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'postgres://': ['localhost 5432'],
    'postgresql://one': ['one 5432'],
    'postgres://u:p@one:6000/db': ['one 6000'],
    'postgres://u@one:6000,two,three:7000/db?sslmode=require': ['one 6000', 'two 5432', 'three 7000'],
    'postgres://u@192.0.2.7:1,[2001:db8::7]:2/db': ['192.0.2.7 1', '2001:db8::7 2'],
    'postgres://u@%2Frun%2Fpostgresql/db': ['/run/postgresql 5432'],
  };
  for (const [url, hosts] of Object.entries(cases)) assert.deepEqual(hostsOf(url), hosts, url);
});

test('user, password and database may hold any sign when it is encoded', () => {
  const address = parsePostgresUrl('postgres://us%40er:p%3Aa%2Fs%3Fs%25@host/d%20b');
  assert.equal(address.user, 'us@er');
  assert.equal(address.password?.reveal(), 'p:a/s?s%');
  assert.equal(address.database, 'd b');
  const colon = parsePostgresUrl('postgres://user:a:b@c@host/db');
  assert.equal(colon.password?.reveal(), 'a:b@c');
  const none = parsePostgresUrl('postgres://host');
  assert.deepEqual([none.user, none.password, none.database], [undefined, undefined, undefined]);
});

test('the modes of TLS mean what they mean to libpq', () => {
  const tls = (query: string) => parsePostgresUrl(`postgres://host/db?${query}`).tls;
  const files = { rootCert: undefined, cert: undefined, key: undefined };
  assert.deepEqual(parsePostgresUrl('postgres://host/db').tls, { ...files, mode: 'disable' });
  assert.deepEqual(tls('sslmode=require'), { ...files, mode: 'require' });
  assert.deepEqual(tls('sslmode=require&sslrootcert=%2Fca.pem'), {
    ...files,
    mode: 'verify-ca',
    rootCert: '/ca.pem',
  });
  assert.deepEqual(tls('sslmode=verify-full&sslrootcert=/ca.pem&sslcert=/c.pem&sslkey=/k.pem'), {
    mode: 'verify-full',
    rootCert: '/ca.pem',
    cert: '/c.pem',
    key: '/k.pem',
  });
  assert.deepEqual(tls('sslrootcert=system'), { ...files, mode: 'verify-full', rootCert: 'system' });
});

test('an address that cannot be meant is refused in both languages, without what may be its password', () => {
  const cases: Readonly<Record<string, RegExp>> = {
    'mysql://user:hidden@host/db': /is not valid; right: postgres:/,
    'postgres://user:hid/den@host/db': /%2F/,
    'postgres://user:hid?den@host/db': /%3F/,
    'postgres://user:hid?den=1@host/db': /%3F/,
    'postgres://user:hidden%@host/db': /is not valid/,
    'postgres://user:hidden%00@host/db': /is not valid/,
    'postgres://user:hidden@host:0/db': /is not valid/,
    'postgres://user:hidden@host:65536/db': /is not valid/,
    'postgres://user:hidden@host:port/db': /is not valid/,
    'postgres://user:hidden@2001:db8::7/db': /is not valid/,
    'postgres://user:hidden@host/db?sslmode': /is not valid/,
    'postgres://user:hidden@host/db?sslmode=disable&sslmode=require': /is not valid/,
    'postgres://user:hidden@host/db?ssl=true': /no parameter "ssl".*sslmode, sslrootcert/,
    'postgres://user:hidden@host/db?options=-c%20x': /no parameter "options"/,
    'postgres://user:hidden@host/db?sslmode=prefer':
      /sslmode can be disable, require, verify-ca, verify-full/,
    'postgres://user:hidden@host/db?sslmode=verify-ca': /sslmode=verify-ca needs sslrootcert/,
    'postgres://user:hidden@host/db?sslmode=require&sslrootcert=system': /verify-full only/,
    'postgres://user:hidden@host/db?sslmode=require&sslcert=/c': /sslcert and sslkey go together/,
    'postgres://user:hidden@host/db?sslrootcert=/ca': /need an sslmode/,
    'postgres://user:hidden@host/db?connect_timeout=0': /connect_timeout is/,
    'postgres://user:hidden@host/db?target_session_attrs=any': /read-write or primary/,
  };
  for (const [url, reason] of Object.entries(cases)) {
    assert.throws(
      () => parsePostgresUrl(url),
      (error) => {
        assert.ok(error instanceof PostgresUrlProblem, url);
        assert.match(error.text.en, reason);
        assert.match(error.text.zh, /\p{Script=Han}/u);
        assert.doesNotMatch(JSON.stringify(error.text), /hid|den/, url);
        return true;
      },
      url,
    );
  }
});

test('a password from elsewhere is filled in where the address has none', () => {
  const filled = (url: string) => parsePostgresUrl(withPostgresPassword(url, 'p@/:?%'));
  for (const url of [
    'postgres://user@one,two:1/db?sslmode=require',
    'postgres://user:@one,two:1/db?sslmode=require',
  ]) {
    const { hosts, user, password, database, tls } = filled(url);
    assert.deepEqual([hosts.length, user, database, tls.mode], [2, 'user', 'db', 'require']);
    assert.equal(password?.reveal(), 'p@/:?%');
  }
  assert.equal(filled('postgres://host/db').password?.reveal(), 'p@/:?%');
  assert.equal(filled('postgres://host/db').user, undefined);
  assert.equal(filled('postgres://user:own@host/db').password?.reveal(), 'own');
});

test('how long a connection may take, and the name under which the database sees Berth, can be set', () => {
  const address = parsePostgresUrl('postgres://host/db?connect_timeout=7&application_name=A%20b');
  assert.deepEqual([address.connectSeconds, address.applicationName], [7, 'A b']);
  assert.deepEqual(
    [parsePostgresUrl('postgres://h').connectSeconds, parsePostgresUrl('postgres://h').applicationName],
    [undefined, 'berth'],
  );
});
