// Certificates by kind of key, as openssl makes them: curl, openssl and a Go client connect with what is taken, and what
// they could not use keeps the server from starting. Needs root, for an address that crane does not try plain HTTP on.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Account } from '../harness/accounts.ts';
import { clientTool } from '../harness/client-tool.ts';
import { writeImageFiles } from '../harness/image-files.ts';
import { requireProgram, runProgram } from '../harness/run-program.ts';
import { BerthServer, NotStarted, password } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { CommandLine } from './client-run.ts';

requireProgram('openssl', 'openssl', 'version');
requireProgram('curl', 'curl');
requireProgram('ip', 'iproute2');

const host = '10.213.77.2';
const folder = temporaryFolder();
await run('ip', 'address', 'replace', `${host}/32`, 'dev', 'lo');
after(() => run('ip', 'address', 'del', `${host}/32`, 'dev', 'lo'));
const admin: Account = { username: 'admin', password };

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

async function run(name: string, ...args: readonly string[]): Promise<string> {
  const ended = await runProgram(name, args, { cwd: folder });
  assert.equal(ended.code, 0, `${name} ${args.join(' ')}\n${ended.text}`);
  return ended.text;
}

let made = 0;

async function newKey(kind: string): Promise<string> {
  const key = join(folder, `${++made}.key`);
  const [algorithm = '', ...options] = kind.split(' ');
  const more = options.flatMap((option) => ['-pkeyopt', option]);
  await run('openssl', 'genpkey', '-algorithm', algorithm, ...more, '-out', key);
  return key;
}

/** @param more arguments of `openssl req` */
async function newPair(kind: string, ...more: readonly string[]): Promise<Pair> {
  const key = await newKey(kind);
  const certificate = key.replace(/key$/, 'crt');
  const names = more.includes('-addext') ? [] : ['-addext', `subjectAltName=IP:${host}`];
  const base = ['req', '-x509', '-new', '-days', '30', '-subj', '/CN=registry.test', '-key', key];
  await run('openssl', ...base, '-out', certificate, ...names, ...more);
  return { certificate, key };
}

function serving({ certificate, key }: Pair): string[] {
  return ['--listen', `${host}:0`, '--tls-certificate', certificate, '--tls-key', key];
}

async function refusal(pair: Pair): Promise<string> {
  try {
    await using started = await BerthServer.start({ args: serving(pair) });
    assert.fail(`it started on ${started.port}`);
  } catch (error) {
    assert.ok(error instanceof NotStarted, String(error));
    assert.equal(error.outcome.code, 2);
    return error.outcome.stderr;
  }
}

const pss = ['-sigopt', 'rsa_padding_mode:pss'];
for (const [kind, ...more] of [
  ['ed25519'],
  ['EC ec_paramgen_curve:P-256'],
  ['EC ec_paramgen_curve:P-384'],
  ['EC ec_paramgen_curve:P-521'],
  ['RSA rsa_keygen_bits:2048'],
  ['RSA rsa_keygen_bits:4096', ...pss],
] as const)
  test(`curl, openssl and crane connect by TLS 1.2 and 1.3 to a server with ${[kind, ...more].join(' ')}; another key of the kind is refused`, async () => {
    const pair = await newPair(kind, ...more);
    const crane = new CommandLine(await clientTool('crane'), folder, [], {
      SSL_CERT_FILE: pair.certificate,
    });
    {
      await using server = await BerthServer.start({ args: serving(pair) });
      const address = `${host}:${server.port}`;
      const curl = ['--silent', '--show-error', '--cacert', pair.certificate];
      const user = ['--user', `admin:${password}`];
      for (const version of [['--tls-max', '1.2'], ['--tlsv1.3']])
        assert.equal(await run('curl', ...curl, ...user, ...version, `https://${address}/v2/`), '{}');
      for (const version of ['-tls1_2', '-tls1_3']) {
        const client = ['s_client', '-connect', address, '-CAfile', pair.certificate, '-verify_return_error'];
        assert.match(await run('openssl', ...client, version), /Verify return code: 0 \(ok\)/);
      }
      const image = writeImageFiles({
        folder,
        seed: kind,
        sizes: [200, 3000],
        reference: `${address}/library/kind:1`,
      });
      const login = ['auth', 'login', address, '--username', 'admin', '--password', password];
      await crane.does(admin, ...login);
      await crane.does(admin, 'push', image.layout, `${address}/library/kind:1`);
    }
    assert.match(
      await refusal({ ...pair, key: await newKey(kind) }),
      /the key does not belong to the certificate of "CN=registry\.test"/,
    );
  });

const named = 'EC ec_paramgen_curve';
for (const [kind, told] of [
  ['ed448', /its key is of the type ed448, with which Docker and most other clients cannot connect; right: /],
  ['RSA-PSS rsa_keygen_bits:2048', /its key is for RSA-PSS signatures only/],
  ['RSA rsa_keygen_bits:1024', /its key is RSA with 1024 bits/],
  [`${named}:secp256k1`, /its key is ECDSA with the curve secp256k1/],
  [`${named}:brainpoolP256r1`, /its key is ECDSA with the curve brainpoolP256r1/],
  [
    `${named}:P-256 ec_param_enc:explicit`,
    /its key is written with the parameters of its curve instead of the name prime256v1/,
  ],
] as const)
  test(`a key that Go's clients cannot use keeps the server from starting: ${kind}`, async () => {
    assert.match(await refusal(await newPair(kind)), told);
  });

test('a certificate for clients only, one signed with SHA-1, and a key with a password are refused', async () => {
  const rsa = 'RSA rsa_keygen_bits:2048';
  const names = ['-addext', `subjectAltName=IP:${host}`];
  const forClients = await newPair(rsa, ...names, '-addext', 'extendedKeyUsage=clientAuth');
  assert.match(await refusal(forClients), /not for servers \(its extendedKeyUsage lacks serverAuth\)/);
  const authority = await newPair(rsa, '-addext', 'basicConstraints=critical,CA:true');
  const leaf = await newPair(rsa);
  const issuer = ['-CA', authority.certificate, '-CAkey', authority.key, '-sha1'];
  const request = leaf.key.replace(/key$/, 'csr');
  await run('openssl', 'req', '-new', '-key', leaf.key, '-subj', '/CN=leaf', '-out', request);
  await run('openssl', 'x509', '-req', '-in', request, ...issuer, '-days', '30', '-out', leaf.certificate);
  assert.match(await refusal(leaf), /signed with sha1WithRSAEncryption, which clients refuse/);
  const { certificate, key } = await newPair(rsa);
  for (const how of [['pkey'], ['rsa', '-traditional']]) {
    const locked = `${key}.locked`;
    await run('openssl', ...how, '-in', key, '-out', locked, '-aes128', '-passout', 'pass:secret');
    assert.match(
      await refusal({ certificate, key: locked }),
      /the key is protected by a password; take that away with: openssl pkey -in key\.pem -out plain\.pem/,
    );
  }
});

test('a certificate without subjectAltName is refused for the host that clients use; where that is not known, health tells', async () => {
  const pair = await newPair('ed25519', '-addext', 'basicConstraints=CA:false');
  try {
    await using started = await BerthServer.start({
      args: [...serving(pair), '--external-url', 'https://registry.test'],
    });
    assert.fail(`it started on ${started.port}`);
  } catch (error) {
    assert.ok(error instanceof NotStarted, String(error));
    assert.match(error.outcome.stderr, /is for no host at all \(it has no subjectAltName/);
  }
  await using server = await BerthServer.start({ args: serving(pair) });
  const url = `https://${host}:${server.port}/api/v2.0/health`;
  assert.match(
    await run('curl', '--silent', '--insecure', url),
    /"error":"the certificate has no subjectAlt/,
  );
});
