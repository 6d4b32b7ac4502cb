// helm 3 and helm 4: charts as artifacts, signed with a key of the test's own.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../../harness/accounts.ts';
import { clientTool, pinnedVersion } from '../../harness/client-tool.ts';
import { seededBytes } from '../../harness/image.ts';
import { type Ended, requireProgram, runProgram } from '../../harness/run-program.ts';
import { CommandLine, failed, lastLine, succeeded } from '../client-run.ts';
import { ClientMatrix } from '../matrix/client-matrix.ts';
import type { Client } from '../matrix/clients.ts';
import { killMidway } from '../matrix/kill-midway.ts';
import { manifestAt, manyTags } from '../matrix/registry-side.ts';
import { maintainer, startPrivateProject } from '../private-project.ts';

requireProgram('gpg', 'gpg gpg-agent');
const { server, address, folder } = await startPrivateProject();
const registry = server.client(maintainer);
const keys = join(folder, 'keys');
mkdirSync(keys, { mode: 0o700 });
const owner = 'Desk <desk@berth.invalid>';

async function gpg(...args: string[]): Promise<Ended> {
  const all = ['--homedir', keys, '--batch', '--yes', '--passphrase', '', ...args];
  return succeeded(await runProgram('gpg', all, { cwd: folder }));
}

await gpg('--quick-generate-key', owner, 'rsa2048', 'sign', 'never');
// The form of key rings that helm reads.
await gpg('--output', join(folder, 'secret.gpg'), '--export-secret-keys');
await gpg('--output', join(folder, 'public.gpg'), '--export');
succeeded(await runProgram('gpgconf', ['--homedir', keys, '--kill', 'gpg-agent'], { cwd: folder }));

/** A chart with a file of random bytes, as a folder. */
function writeChart(name: string, bytes: number): string {
  const chart = join(folder, name);
  mkdirSync(join(chart, 'templates'), { recursive: true });
  writeFileSync(join(chart, 'Chart.yaml'), `apiVersion: v2\nname: ${name}\nversion: 0.0.0\n`);
  writeFileSync(join(chart, 'templates/map.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n');
  // Helm takes no single file of more than 5 MiB.
  const piece = 4 * 1024 * 1024;
  for (let at = 0; at < bytes; at += piece)
    writeFileSync(join(chart, `file-${at}`), seededBytes(`${name}/${at}`, Math.min(piece, bytes - at)));
  return chart;
}

const plain = '--plain-http';
const chartType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
const provenanceType = 'application/vnd.cncf.helm.chart.provenance.v1.prov';

for (const client of ['helm3', 'helm4'] as const satisfies readonly Client[]) {
  const helm = new CommandLine(await clientTool(client), join(folder, `as-${client}`));
  const version = pinnedVersion(client, client === 'helm3' ? 'helm.sh/helm/v3' : 'helm.sh/helm/v4');
  const matrix = new ClientMatrix(client, version);
  const home = helm.folderOf(maintainer);
  const charts = `desk/${client}`;

  const login = (who: Account, password: string, at = address): Promise<Ended> => {
    const args = ['registry', 'login', plain, '--username', who.username, '--password-stdin', at];
    return helm.run({ who, args, input: password });
  };
  /** Returns the file. */
  const pack = async (chart: string, as: string, ...more: string[]): Promise<string> => {
    await helm.does(maintainer, 'package', chart, '--version', as, '--destination', home, ...more);
    return join(home, `${chart.split('/').at(-1)}-${as}.tgz`);
  };

  matrix.works('login', `${client}: a wrong password fails, the right one is kept`, async () => {
    assert.match(failed(await login(maintainer, 'wrong')), /401: unauthorized/);
    assert.match(succeeded(await login(maintainer, maintainer.password)).text, /Login Succeeded/);
  });

  matrix.works('chart', `${client}: a signed chart is pushed, pulled and verified`, async () => {
    const ring = join(folder, 'secret.gpg');
    const signing = ['--sign', '--key', 'Desk', '--keyring', ring];
    const chart = await pack(writeChart('signed', 10_000), '1.2.3+meta', ...signing);
    await helm.does(maintainer, 'push', plain, chart, `oci://${address}/${charts}`);
    // A plus is none of a tag's letters.
    const { layers = [] } = await manifestAt(registry, `${charts}/signed`, '1.2.3_meta');
    assert.deepEqual(layers.map(({ mediaType }) => mediaType).sort(), [chartType, provenanceType]);
    const to = join(home, 'pulled');
    mkdirSync(to);
    const checked = ['--verify', '--keyring', join(folder, 'public.gpg'), '--destination', to];
    const name = `oci://${address}/${charts}/signed`;
    const { text } = succeeded(
      await helm.run({
        who: maintainer,
        args: ['pull', plain, ...checked, '--version', '1.2.3+meta', name],
      }),
    );
    assert.match(text, /Chart Hash Verified/);
    assert.ok(readFileSync(join(to, 'signed-1.2.3+meta.tgz')).equals(readFileSync(chart)));
  });

  matrix.works('tags', `${client}: a range of versions finds the newest of more than 1,000`, async () => {
    const small = writeChart('small', 0);
    await helm.does(maintainer, 'push', plain, await pack(small, '1.0.0'), `oci://${address}/${charts}`);
    const answer = await registry.get(`/v2/${charts}/small/manifests/1.0.0`);
    const mediaType = String(answer.headers['content-type']);
    const tags = Array.from({ length: manyTags }, (_, at) => `1.0.${at + 1}`);
    const left = [...tags];
    const headers = { 'Content-Type': mediaType };
    const put = async (): Promise<void> => {
      for (let tag = left.pop(); tag !== undefined; tag = left.pop())
        await registry.call('PUT', `/v2/${charts}/small/manifests/${tag}`, { headers, body: answer.body });
    };
    await Promise.all(Array.from({ length: 16 }, put));
    const name = `oci://${address}/${charts}/small`;
    const pull = ['pull', plain, '--version', '~1.0', name, '--destination', home];
    const { text } = succeeded(await helm.run({ who: maintainer, args: pull }));
    assert.ok(text.includes(`small:1.0.${manyTags}\n`), text);
  });

  matrix.limit('layer', `${client}: a chart of more than 100 MiB is refused by helm itself`, async () => {
    const chart = writeChart('large', 101 * 1024 * 1024);
    const { code, text } = await helm.run({
      who: maintainer,
      args: ['package', chart, '--destination', home],
    });
    if (code !== 0) return lastLine(text);
    const push = ['push', plain, join(home, 'large-0.0.0.tgz'), `oci://${address}/${charts}`];
    return lastLine(await helm.fails(maintainer, ...push));
  });

  matrix.works('kill-push', `${client}: a push that is killed half-way leaves no chart`, async () => {
    const chart = await pack(writeChart('big', 9_000_000), '1.0.0');
    const push = (at: string): string[] => ['push', plain, chart, `oci://${at}/${charts}`];
    await killMidway({
      port: server.port,
      body: 'request',
      before: async (at) => succeeded(await login(maintainer, maintainer.password, at)),
      start: (at) => helm.start(maintainer, ...push(at)),
      between: async () =>
        assert.equal((await registry.get(`/v2/${charts}/big/manifests/1.0.0`)).status, 404),
      again: (at) => helm.does(maintainer, ...push(at)),
    });
    await manifestAt(registry, `${charts}/big`, '1.0.0');
  });

  matrix.works(
    'kill-pull',
    `${client}: a pull that is killed half-way, and the next one succeeds`,
    async () => {
      const pull = (at: string): string[] => {
        const name = `oci://${at}/${charts}/big`;
        return ['pull', plain, name, '--version', '1.0.0', '--destination', join(home, 'again')];
      };
      mkdirSync(join(home, 'again'));
      await killMidway({
        port: server.port,
        body: 'answer',
        before: async (at) => succeeded(await login(maintainer, maintainer.password, at)),
        start: (at) => helm.start(maintainer, ...pull(at)),
        again: (at) => helm.does(maintainer, ...pull(at)),
      });
      assert.ok(
        readFileSync(join(home, 'again/big-1.0.0.tgz')).equals(readFileSync(join(home, 'big-1.0.0.tgz'))),
      );
    },
  );
}
