// notation with a test certificate of its own making.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { clientTool, pinnedVersion } from '../../harness/client-tool.ts';
import { imageOf } from '../../harness/image.ts';
import { CommandLine, failed, lastLine } from '../client-run.ts';
import { ClientMatrix } from '../matrix/client-matrix.ts';
import { maintainer, startPrivateProject } from '../private-project.ts';

const { server, address, folder } = await startPrivateProject();
const notation = new CommandLine(await clientTool('notation'), folder);
const matrix = new ClientMatrix('notation', pinnedVersion('notation', 'github.com/notaryproject/notation'));
const registry = server.client(maintainer);
const plain = '--insecure-registry';
const as = [plain, '--username', maintainer.username, '--password', maintainer.password];
const image = imageOf({ seed: 'signed' });
const signed = `${address}/desk/signed@${image.manifest.digest}`;
const policy = {
  version: '1.0',
  trustPolicies: [
    {
      name: 'all',
      registryScopes: ['*'],
      signatureVerification: { level: 'strict' },
      trustStores: ['ca:desk'],
      trustedIdentities: ['*'],
    },
  ],
};

await registry.pushImage('desk/signed', '1', image);
await notation.does(maintainer, 'cert', 'generate-test', '--default', 'desk');
const policyFile = join(folder, 'policy.json');
writeFileSync(policyFile, JSON.stringify(policy));
await notation.does(maintainer, 'policy', 'import', policyFile);

matrix.limit(
  'login',
  'signing in fails with a wrong password, and is not kept with the right one',
  async () => {
    const login = (input: string): ReturnType<CommandLine['run']> => {
      const args = ['login', plain, '--username', maintainer.username, '--password-stdin', address];
      return notation.run({ who: maintainer, args, input });
    };
    assert.match(failed(await login('wrong')), /401: unauthorized/);
    const text = failed(await login(maintainer.password));
    assert.match(text, /credentials store is required/);
    return lastLine(text);
  },
);

test('an image that nobody has signed is not verified', async () => {
  assert.match(await notation.fails(maintainer, 'verify', ...as, signed), /no signature is associated/);
});

matrix.works('notation', 'signatures of both formats are listed and verified', async () => {
  for (const format of ['jws', 'cose']) {
    const sign = ['sign', ...as, '--force-referrers-tag=false', '--signature-format', format, signed];
    await notation.does(maintainer, ...sign);
    await notation.does(maintainer, 'verify', ...as, signed);
  }
  const listed = await notation.does(maintainer, 'list', ...as, signed);
  assert.equal(listed.match(/── sha256:/g)?.length, 2, listed);
  assert.deepEqual(await registry.tags('desk/signed'), ['1']);
});

test('a signature by the way of the tag, as notation signs by itself, is listed with the others', async () => {
  await notation.does(maintainer, 'sign', ...as, signed);
  await notation.does(maintainer, 'verify', ...as, signed);
  const listed = await notation.does(maintainer, 'list', ...as, signed);
  assert.equal(listed.match(/── sha256:/g)?.length, 3, listed);
  const answer = await registry.get(`/v2/desk/signed/referrers/${image.manifest.digest}`);
  assert.equal((JSON.parse(answer.body.toString()) as { manifests: unknown[] }).manifests.length, 3);
});
