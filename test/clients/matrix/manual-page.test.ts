// The pages of the manual are the ones that a run with today's cells and versions writes; without a client.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../harness/berth-command.ts';
import { pinnedVersion } from '../../harness/client-tool.ts';
import { allClients, clients, kindOf } from './clients.ts';
import { allOperations } from './operations.ts';
import { renderLimit, renderTable, renderVersion } from './render-page.ts';

const pinned = {
  crane: pinnedVersion('crane', 'github.com/google/go-containerregistry'),
  oras: pinnedVersion('oras', 'oras.land/oras'),
  containerd: pinnedVersion('containerd', 'github.com/containerd/containerd/v2'),
  regclient: pinnedVersion('regclient', 'github.com/regclient/regclient'),
  helm3: pinnedVersion('helm3', 'helm.sh/helm/v3'),
  helm4: pinnedVersion('helm4', 'helm.sh/helm/v4'),
  cosign: pinnedVersion('cosign', 'github.com/sigstore/cosign/v3'),
  notation: pinnedVersion('notation', 'github.com/notaryproject/notation'),
  stargz: pinnedVersion('stargz', 'github.com/containerd/stargz-snapshotter'),
} as const;

test('no operation of a client is declared both as working and as a limit', () => {
  for (const client of allClients) {
    const { works, limits = {} }: { works: readonly string[]; limits?: object } = clients[client];
    assert.deepEqual(
      works.filter((operation) => operation in limits),
      [],
      client,
    );
    assert.equal(new Set(works).size, works.length, client);
  }
});

for (const language of ['en', 'zh'] as const) {
  test(`docs/${language}/clients.md has every cell, every limit with the client's words, and the pinned versions`, () => {
    const page = readFileSync(join(root, 'docs', language, 'clients.md'), 'utf8');
    const old = `docs/${language}/clients.md is old: run npm run full:clients`;
    assert.ok(page.includes(`\n${renderTable(language)}\n`), old);
    const lines = page.split('\n');
    for (const client of allClients)
      for (const operation of allOperations.filter((each) => kindOf(client, each) === 'limit')) {
        const start = renderLimit(language, client, operation);
        const line = lines.find((each) => each.startsWith(start));
        assert.match(line?.slice(start.length) ?? '', /`[^`]{10,}`$/, `${old} (${client}, ${operation})`);
      }
    for (const [client, version] of Object.entries(pinned) as [keyof typeof pinned, string][])
      assert.ok(lines.includes(renderVersion(client, version)), `${old} (${client} ${version})`);
  });
}
