// Started with the settings of Docker's registry on the folder that it filled.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { imageOf } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { DockerRegistry } from './docker-registry.ts';

const folder = temporaryFolder();
after(() => removeFolder(folder));

/** As Docker's registry takes them. */
const strange = ['a__b/app', 'a--b/c--d', 'a.b', '0_0/x', 'a__b'];

test('a first start with the settings of Docker’s registry takes its folder over, and tells of two names of one', async () => {
  const root = join(folder, 'registry');
  const image = imageOf({ seed: 'before' });
  {
    await using registry = await DockerRegistry.start(join(folder, 'peer'), root);
    for (const name of ['nginx', 'team/app', 'twin', 'library/twin', ...strange])
      await registry.pushImage(name, 'v1', image);
  }
  const config = join(folder, 'config.yml');
  writeFileSync(
    config,
    `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${root}\nhttp:\n  addr: :5000\n`,
  );
  const options = {
    data: join(root, '.berth'),
    args: ['--config', config],
    env: { BERTH_ADMIN_PASSWORD: undefined },
  };
  for (const round of [1, 2]) {
    await using server = await BerthServer.start(options);
    const nobody = server.client(null);
    for (const name of ['nginx', 'library/nginx', 'team/app', ...strange])
      await nobody.pullImage(name, 'v1', image);
    for (const name of ['twin', 'library/twin'])
      expectStatus(await nobody.get(`/v2/${name}/manifests/v1`), 404);
    if (round === 2) {
      assert.ok(!server.log.some((line) => line['module'] === 'import'));
      continue;
    }
    // The log comes by another way than the answers.
    const done = await waitUntil('the line with the counts', () =>
      server.log.find((line) => String(line['msg']).includes('was taken over')),
    );
    assert.equal(done['tags'], 2 + strange.length);
    assert.equal(server.log.filter((line) => line['reason'] === 'nameTaken').length, 2);
  }
});
