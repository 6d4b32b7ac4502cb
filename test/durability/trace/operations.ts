import assert from 'node:assert/strict';
import { addUser } from '../../harness/accounts.ts';
import { berth } from '../../harness/berth-command.ts';
import { digestOf, imageOf, indexOf, seededBytes } from '../../harness/image.ts';
import { expectStatus, type RegistryClient } from '../../harness/registry-client.ts';
import { type BerthServer, password } from '../../harness/start-server.ts';
import type { Work } from './sync-checker.ts';

export interface Asked {
  readonly server: BerthServer;
  readonly client: RegistryClient;
}

/** Something that a client is told has happened, with the answers that the trace has to show for it. */
export interface Operation {
  readonly name: string;
  readonly run: (asked: Asked) => Promise<void>;
  readonly answers: readonly string[];
  /**
   * What the last request has to do at least beside writing rows; a checker that saw less has not seen the server work.
   */
  readonly atLeast: Partial<Work>;
}

const repository = 'library/first';
const mebibyte = 1024 * 1024;

const newBlob = { contentSyncs: 1, renames: 1, folderSyncs: 2 } satisfies Partial<Work>;

const image = imageOf({ seed: 'traced', layers: [1000, 0] });
const other = indexOf([], false, { annotations: { traced: 'other' } });
const mounted = seededBytes('mounted', 5000);

const manifestPath = (reference: string): string => `/v2/${repository}/manifests/${reference}`;
const uploadPath = (query: string, name = repository): string => `/v2/${name}/blobs/uploads/?${query}`;

async function mount(client: RegistryClient, to: string): Promise<void> {
  const answer = await client.call('POST', uploadPath(`mount=${digestOf(mounted)}&from=${repository}`, to), {
    body: '',
  });
  expectStatus(answer, 201);
}

async function changePassword({ server }: Asked, username: string): Promise<void> {
  const args = ['user', 'passwd', username, '--password-stdin', '--data', server.data];
  const { code, stderr } = await berth(args, { input: `${password}\n` });
  assert.equal(code, 0, stderr);
}

/** The first password of the server is a generated one, so that its file goes with it. */
export const changeOfPassword: Operation = {
  name: 'the administrator’s first password is changed',
  run: (asked) => changePassword(asked, 'admin'),
  answers: ['POST 200'],
  atLeast: { folderSyncs: 1 },
};

const accounts: readonly Operation[] = [
  changeOfPassword,
  {
    name: 'an account is made',
    run: ({ server }) => addUser(server, { username: 'dora', password: 'Another-Horse-8' }),
    answers: ['POST 200'],
    atLeast: {},
  },
  {
    name: 'an account’s password is changed',
    run: (asked) => changePassword(asked, 'dora'),
    answers: ['POST 200'],
    atLeast: {},
  },
];

export const smallBlob: Operation = {
  name: 'a blob in one PUT',
  run: async ({ client }) => {
    await client.pushBlob(repository, mounted);
  },
  answers: ['POST 202', 'PUT 201'],
  atLeast: { ...newBlob, contentWrites: 1 },
};

export const indexByTag: Operation = {
  name: 'a manifest by tag',
  run: ({ client }) => client.pushManifest(repository, 'index', indexOf([])),
  answers: ['PUT 201'],
  atLeast: {},
};

const blobs: readonly Operation[] = [
  smallBlob,
  {
    name: 'a blob in the POST that starts its upload',
    run: async ({ client }) => {
      const bytes = seededBytes('at once', 70_000);
      const answer = await client.call('POST', uploadPath(`digest=${digestOf(bytes)}`), {
        headers: { 'Content-Type': 'application/octet-stream' },
        body: bytes,
      });
      expectStatus(answer, 201);
    },
    answers: ['POST 201'],
    atLeast: { ...newBlob, contentWrites: 1 },
  },
  {
    name: 'a blob streamed in one PATCH',
    run: async ({ client }) => {
      await client.pushBlob(repository, seededBytes('streamed', 300_000), 'streamed');
    },
    answers: ['POST 202', 'PATCH 202', 'PUT 201'],
    atLeast: newBlob,
  },
  {
    name: 'a blob in three chunks',
    run: async ({ client }) => {
      await client.pushBlob(repository, seededBytes('chunks', 3 * mebibyte), 'chunked');
    },
    answers: ['POST 202', 'PATCH 202', 'PATCH 202', 'PATCH 202', 'PUT 201'],
    atLeast: newBlob,
  },
  {
    name: 'a blob that is written by the threads in many pieces and synced on the way',
    run: async ({ client }) => {
      await client.pushBlob(repository, seededBytes('large', 40 * mebibyte));
    },
    answers: ['POST 202', 'PUT 201'],
    atLeast: { ...newBlob, contentWrites: 40, contentSyncs: 2 },
  },
  {
    name: 'an empty blob',
    run: async ({ client }) => {
      await client.pushBlob(repository, Buffer.alloc(0));
    },
    answers: ['POST 202', 'PUT 201'],
    atLeast: newBlob,
  },
  {
    name: 'a blob that the storage has already',
    run: async ({ client }) => {
      await client.pushBlob('library/second', mounted);
    },
    answers: ['POST 202', 'PUT 201'],
    atLeast: { contentSyncs: 1 },
  },
  {
    name: 'a mount',
    run: ({ client }) => mount(client, 'library/third'),
    answers: ['POST 201'],
    atLeast: {},
  },
];

const manifests: readonly Operation[] = [
  indexByTag,
  {
    name: 'an image with its config and layers',
    run: ({ client }) => client.pushImage(repository, 'v1', image),
    answers: ['POST 202', 'PUT 201', 'POST 202', 'PUT 201', 'POST 202', 'PUT 201', 'PUT 201'],
    atLeast: {},
  },
  {
    name: 'a manifest by digest',
    run: ({ client }) => client.pushManifest(repository, other.digest, other),
    answers: ['PUT 201'],
    atLeast: {},
  },
  {
    name: 'a tag that moves to another manifest',
    run: ({ client }) => client.pushManifest(repository, 'index', other),
    answers: ['PUT 201'],
    atLeast: {},
  },
];

function deletion(what: string, path: string): Operation {
  return {
    name: `the deletion of a ${what}`,
    run: async ({ client }) => expectStatus(await client.delete(path), 202),
    answers: ['DELETE 202'],
    atLeast: {},
  };
}

const deletions: readonly Operation[] = [
  deletion('tag', manifestPath('index')),
  deletion('manifest', manifestPath(image.manifest.digest)),
  deletion('blob', `/v2/${repository}/blobs/${digestOf(mounted)}`),
];

/** One after the other, each on what those before it have left. */
export const operations: readonly Operation[] = [...accounts, ...blobs, ...manifests, ...deletions];

/** Whether an answer says that something was stored, changed or removed; what an upload has so far is not promised. */
export function promises({ method, status }: { method: string; status: number }): boolean {
  return status === 201 || (method === 'DELETE' && status === 202) || (method === 'POST' && status === 200);
}
