// A folder of Docker's registry with much in it, taken over by a first start: requests wait meanwhile, and `/readyz` is
// answered, so no turn of the event loop may be long.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { spawnBerth } from '../harness/berth-command.ts';
import { digestOf, types } from '../harness/image.ts';
import { recordedTurns, recordingTurns } from '../harness/recorded-turns.ts';
import { slowness } from '../harness/slowness.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

/** CPU time of the main thread, of one turn. */
const limitMs = 50;
const folder = temporaryFolder();
const root = join(folder, 'registry');
const name = 'team/app';

function put(path: string, bytes: Buffer | string): void {
  const file = join(root, 'docker/registry/v2', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

function hexOf(digest: string): string {
  return digest.slice('sha256:'.length);
}

function putContent(mediaType: string, bytes: Buffer): Descriptor {
  const digest = digestOf(bytes);
  const hex = hexOf(digest);
  put(`blobs/sha256/${hex.slice(0, 2)}/${hex}/data`, bytes);
  return { mediaType, digest, size: bytes.length };
}

function putBlob(text: string): Descriptor {
  const made = putContent('application/vnd.oci.image.layer.v1.tar', Buffer.from(text));
  put(`repositories/${name}/_layers/sha256/${hexOf(made.digest)}/link`, made.digest);
  return made;
}

function putManifest(mediaType: string, more: object): Descriptor {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...more }));
  const made = putContent(mediaType, bytes);
  put(`repositories/${name}/_manifests/revisions/sha256/${hexOf(made.digest)}/link`, made.digest);
  return made;
}

function fill(): { readonly tags: number; readonly manifests: number } {
  const config = putBlob('{}');
  const layers = Array.from({ length: 1500 }, (_, number) => putBlob(`layer ${number}`));
  const small = Array.from({ length: 200 }, (_, number) =>
    putManifest(types.ociManifest, { config, layers: layers.slice(number * 5, number * 5 + 12) }),
  );
  putManifest(types.ociManifest, { config, layers });
  const pad = 'x'.repeat(1_000_000);
  const large = Array.from({ length: 40 }, (_, number) =>
    putManifest(types.ociIndex, {
      manifests: [...small, ...small],
      annotations: { pad, number: String(number) },
    }),
  );
  const tags = 1000;
  for (let number = 0; number < tags; number++)
    put(
      `repositories/${name}/_manifests/tags/v${number}/current/link`,
      large[number % large.length]?.digest ?? '',
    );
  return { tags, manifests: small.length + 1 + large.length };
}

test(`while a folder with large indexes, many layers and tags is taken over, no turn computes for more than ${limitMs} ms`, async (t) => {
  const { tags, manifests } = fill();
  const config = join(folder, 'config.yml');
  writeFileSync(config, `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${root}\n`);
  const turns = join(folder, 'turns');
  mkdirSync(turns);
  const child = spawnBerth(['serve', '--config', config, '--listen', '127.0.0.1:0'], {
    env: recordingTurns(turns),
  });
  let done: Readonly<Record<string, unknown>> | undefined;
  if (child.stderr === null) throw new Error('the program has no pipes');
  child.stdout?.resume();
  for await (const line of createInterface({ input: child.stderr })) {
    if (!line.startsWith('{')) continue;
    const told = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if (String(told['msg']).endsWith('is being taken over')) child.kill('SIGUSR2');
    if (!String(told['msg']).endsWith('was taken over')) continue;
    done = told;
    child.kill('SIGKILL');
  }
  assert.deepEqual([done?.['tags'], done?.['manifests'], done?.['problems']], [tags, manifests, 0]);
  // Behind that the server starts, for which nobody waits yet.
  const [longest] = recordedTurns(turns).filter(({ time }) => time < String(done?.['time']));
  t.diagnostic(`${longest?.cpuMs.toFixed(1) ?? '?'} ms of ${longest?.turns ?? '?'} turns until then`);
  assert.ok(longest !== undefined && longest.cpuMs <= limitMs * slowness(), JSON.stringify(longest));
});
