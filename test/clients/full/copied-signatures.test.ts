// What one client has signed is copied by another, and is verified where it came to.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { clientTool } from '../../harness/client-tool.ts';
import { imageOf } from '../../harness/image.ts';
import { CommandLine, succeeded } from '../client-run.ts';
import { maintainer, startPrivateProject } from '../private-project.ts';

const { server, address, folder } = await startPrivateProject();
const oras = new CommandLine(await clientTool('oras'), folder);
const cosign = new CommandLine(await clientTool('cosign'), folder, [], { COSIGN_PASSWORD: '' });
const notation = new CommandLine(await clientTool('notation'), folder);
const image = imageOf({ seed: 'signed' });
const [origin, copy] = ['signed', 'copied'].map((name) => `${address}/desk/${name}@${image.manifest.digest}`);
assert.ok(origin !== undefined && copy !== undefined);
const as = ['--insecure-registry', '--username', maintainer.username, '--password', maintainer.password];
const policy = {
  name: 'all',
  registryScopes: ['*'],
  signatureVerification: { level: 'strict' },
  trustStores: ['ca:desk'],
  trustedIdentities: ['*'],
};

await server.client(maintainer).pushImage('desk/signed', '1', image);
// All three keep it where Docker's clients do.
const login = ['login', '--plain-http', '--username', maintainer.username, '--password-stdin', address];
succeeded(await oras.run({ who: maintainer, args: login, input: maintainer.password }));
await cosign.does(maintainer, 'generate-key-pair');
await notation.does(maintainer, 'cert', 'generate-test', '--default', 'desk');
const policyFile = join(folder, 'policy.json');
writeFileSync(policyFile, JSON.stringify({ version: '1.0', trustPolicies: [policy] }));
await notation.does(maintainer, 'policy', 'import', policyFile);

test('signatures of Cosign and Notation come along with a recursive copy and are verified in the copy', async () => {
  const http = '--allow-http-registry';
  const key = ['--yes', '--key=cosign.key', '--tlog-upload=false', '--use-signing-config=false', http];
  await cosign.does(maintainer, 'sign', ...key, origin);
  await notation.does(maintainer, 'sign', ...as, '--force-referrers-tag=false', origin);
  const discovered = await oras.does(maintainer, 'discover', '--plain-http', origin);
  assert.match(discovered, /application\/vnd\.dev\.sigstore\.bundle\.v0\.3\+json/);
  assert.match(discovered, /application\/vnd\.cncf\.notary\.signature/);

  const verify = ['verify', '--key=cosign.pub', '--insecure-ignore-tlog', http, copy];
  const both = ['--from-plain-http', '--to-plain-http'];
  const [from, to] = [`${address}/desk/signed:1`, `${address}/desk/copied:1`];
  await oras.does(maintainer, 'cp', ...both, from, to);
  await cosign.fails(maintainer, ...verify);
  await notation.fails(maintainer, 'verify', ...as, copy);
  await oras.does(maintainer, 'cp', '--recursive', ...both, from, to);
  await cosign.does(maintainer, ...verify);
  await notation.does(maintainer, 'verify', ...as, copy);
});
