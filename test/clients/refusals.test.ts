// What people read when a push is refused for their role, a full project, a full disk or read-only mode: the sentence, by
// docker, containerd and crane. Tags that are not theirs to move: guarded-tags.test.ts.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { clientTool } from '../harness/client-tool.ts';
import { writeImageFiles } from '../harness/image-files.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf, sendJson } from '../harness/rest.ts';
import { CommandLine, failed, lastLine, succeeded } from './client-run.ts';
import { Containerd, userFlag } from './containerd-daemon.ts';
import { Docker } from './docker-daemon.ts';
import { guest, maintainer, startPrivateProject } from './private-project.ts';

const { server, address, folder } = await startPrivateProject();
/** A server to which every disk is full. */
const full = await startPrivateProject({ env: { BERTH_STORAGE_RESERVE: '99%' } });
const docker = await Docker.start();
after(() => docker[Symbol.asyncDispose]());
const containerd = await Containerd.start();
after(() => containerd[Symbol.asyncDispose]());
const ctr = await clientTool('containerd');
const crane = new CommandLine(await clientTool('crane'), folder);
const admin = server.client();

const reference = `${address}/desk/app:v1`;
const image = writeImageFiles({ folder, seed: 'refused', sizes: [200, 30_000], reference });
const onFull = `${full.address}/desk/app:v1`;
for (const at of [address, full.address])
  for (const who of [guest, maintainer]) {
    succeeded(await docker.login(who, at));
    await crane.does(who, 'auth', 'login', at, '-u', who.username, '-p', who.password);
  }
succeeded(await docker.run(null, 'load', '--input', image.dockerArchive));
succeeded(await docker.run(null, 'tag', reference, onFull));
succeeded(await containerd.run(ctr, 'images', 'import', '--local', '--no-unpack', image.ociArchive));
succeeded(await containerd.run(ctr, 'images', 'tag', '--local', reference, onFull));

/** What each client prints when it pushes. */
const pushes: Readonly<Record<string, (who: typeof guest, to: string) => Promise<string>>> = {
  docker: async (who, to) => failed(await docker.run(who, 'push', to)),
  containerd: async (who, to) =>
    failed(await containerd.run(ctr, 'images', 'push', '--local', ...userFlag(who), to)),
  crane: (who, to) => crane.fails(who, 'push', image.layout, to),
};

interface Case {
  readonly why: string;
  readonly who: typeof guest;
  /** Makes it so, and gives back what undoes it. */
  readonly begin?: () => Promise<() => Promise<void>>;
  readonly says: RegExp;
  /** Default: the first server. */
  readonly to?: string;
  /** Whose words are not the registry's. */
  readonly notBy?: string;
}

const setReadOnly = async (on: boolean): Promise<void> => {
  expectStatus(await sendJson(admin, 'PUT', '/api/v2.0/configurations', { read_only: on }), 200);
};

async function setLimit(storage: number): Promise<void> {
  const { project_id: id } = jsonOf<{ project_id: number }>(await admin.get('/api/v2.0/projects/desk'));
  const of = `reference=project&reference_id=${id}`;
  const [quota] = jsonOf<{ id: number }[]>(await admin.get(`/api/v2.0/quotas?${of}`));
  expectStatus(await sendJson(admin, 'PUT', `/api/v2.0/quotas/${quota?.id}`, { hard: { storage } }), 200);
}

const cases: readonly Case[] = [
  {
    why: 'their role',
    who: guest,
    says: /gina may not push desk\/app(?::v1)?: that needs developer, and this account is guest in desk; ask admin/,
  },
  {
    why: 'a full project',
    who: maintainer,
    begin: async () => {
      await setLimit(1000);
      return () => setLimit(-1);
    },
    says: /the project would exceed its storage limit: .+ are used, 29\.5 KiB more are wanted, the limit is 1000 B; delete what is not needed, or ask an administrator to raise the limit/,
  },
  {
    why: 'read-only mode',
    who: maintainer,
    begin: async () => {
      await setReadOnly(true);
      return () => setReadOnly(false);
    },
    says: /The system is in read only mode\. Any modification is prohibited\./,
  },
  {
    why: 'a full disk',
    who: maintainer,
    to: onFull,
    // It tries five times, and prints of a 5xx the status only.
    notBy: 'docker',
    says: /the disk of the storage has [\d.]+ MiB free, and [\d.]+ MiB are kept for other things than content/,
  },
];

for (const { why, who, begin, says, to = reference, notBy } of cases)
  for (const [client, push] of Object.entries(pushes).filter(([name]) => name !== notBy))
    test(`${client} prints the sentence when a push is refused for ${why}`, async (t) => {
      const undo = await begin?.();
      try {
        const said = await push(who, to);
        t.diagnostic(lastLine(said));
        assert.match(said, says);
      } finally {
        await undo?.();
      }
    });
