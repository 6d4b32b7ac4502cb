// cosign with a key of its own and no transparency log: both forms in which it keeps signatures.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { clientTool, pinnedVersion } from '../../harness/client-tool.ts';
import { imageOf } from '../../harness/image.ts';
import { CommandLine, lastLine, succeeded } from '../client-run.ts';
import { ClientMatrix } from '../matrix/client-matrix.ts';
import { maintainer, startPrivateProject } from '../private-project.ts';

const { server, address, folder } = await startPrivateProject();
const cosign = new CommandLine(await clientTool('cosign'), folder, [], { COSIGN_PASSWORD: '' });
const matrix = new ClientMatrix('cosign', pinnedVersion('cosign', 'github.com/sigstore/cosign/v3'));
const registry = server.client(maintainer);
const http = '--allow-http-registry';
const signing = ['--yes', '--key', 'cosign.key', '--tlog-upload=false', '--use-signing-config=false', http];
const verifying = ['verify', '--key', 'cosign.pub', '--insecure-ignore-tlog', http];
const image = imageOf({ seed: 'signed' });
const signed = `${address}/desk/signed@${image.manifest.digest}`;
const tag = `${image.manifest.digest.replace(':', '-')}.sig`;

await registry.pushImage('desk/signed', '1', image);
await cosign.does(maintainer, 'generate-key-pair');

function login(password: string): Promise<string> {
  const args = ['login', address, '--username', maintainer.username, '--password-stdin'];
  return cosign.run({ who: maintainer, args, input: password }).then((ended) => succeeded(ended).text);
}

async function referrers(repository = 'desk/signed'): Promise<string[]> {
  const answer = await registry.get(`/v2/${repository}/referrers/${image.manifest.digest}`);
  const { manifests } = JSON.parse(answer.body.toString()) as { manifests: { artifactType: string }[] };
  return manifests.map(({ artifactType }) => artifactType);
}

const bundle = 'application/vnd.dev.sigstore.bundle.v0.3+json';

matrix.limit('login', 'a wrong password signs nothing', async () => {
  await login('wrong');
  const text = await cosign.fails(maintainer, 'sign', ...signing, signed);
  await login(maintainer.password);
  return lastLine(text);
});

test('an image that nobody has signed is not verified', async () => {
  assert.match(await cosign.fails(maintainer, ...verifying, signed), /no signatures found/);
});

matrix.works('cosign-tag', 'a signature under a tag is verified', async () => {
  await cosign.does(maintainer, 'sign', ...signing, '--new-bundle-format=false', signed);
  assert.deepEqual(await registry.tags('desk/signed'), ['1', tag]);
  await cosign.does(maintainer, ...verifying, '--new-bundle-format=false', signed);
  assert.deepEqual(await referrers(), []);
});

matrix.works('cosign-referrer', 'a signature that refers to the image is verified', async () => {
  await cosign.does(maintainer, 'sign', ...signing, signed);
  assert.deepEqual(await referrers(), [bundle]);
  await cosign.does(maintainer, ...verifying, signed);
});

matrix.works('attach', 'an attestation is attached, found and verified', async () => {
  writeFileSync(join(cosign.folderOf(maintainer), 'predicate.json'), '{"built":"here"}');
  await cosign.does(maintainer, 'attest', ...signing, '--type=custom', '--predicate=predicate.json', signed);
  assert.deepEqual(await referrers(), [bundle, bundle]);
  const tree = await cosign.does(maintainer, 'tree', http, signed);
  assert.match(tree, /cosign\.sigstore\.dev\/attestation\/v1 artifacts via OCI referrer/);
  const [, ...verify] = verifying;
  await cosign.does(maintainer, 'verify-attestation', ...verify, '--type=custom', signed);
});

matrix.limit('copy-referrers', 'a copy brings along the signature under the tag only', async () => {
  const copied = `${address}/desk/copied`;
  const { text } = succeeded(
    await cosign.run({ who: maintainer, args: ['copy', http, `${address}/desk/signed:1`, `${copied}:1`] }),
  );
  const there = `${copied}@${image.manifest.digest}`;
  await cosign.does(maintainer, ...verifying, '--new-bundle-format=false', there);
  assert.deepEqual(await referrers('desk/copied'), []);
  const [, said = ''] = /(Command "copy" is deprecated.*\n.*"oras copy -r".*)/.exec(text) ?? [];
  return said.replace(/\n[ -]*/, ' ');
});

matrix.works('delete', 'signatures and attestations are removed in both forms', async () => {
  await cosign.does(maintainer, 'clean', http, '--force', '--type=all', signed);
  assert.deepEqual(await registry.tags('desk/signed'), ['1']);
  assert.deepEqual(await referrers(), []);
  await cosign.fails(maintainer, ...verifying, signed);
});
