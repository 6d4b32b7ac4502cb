// `berth inuse watch` against a recorded API server of Kubernetes.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { berth, root, spawnBerth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { type RecordedAnswer, RecordedKubernetes } from '../harness/recorded-kubernetes.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { retentionRule } from '../harness/retention.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

interface Manifest {
  readonly kind: string;
  readonly rules?: object;
  readonly spec?: {
    readonly jobTemplate: { spec: { template: { spec: { containers: { args: string[] }[] } } } };
  };
}

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const kubernetes = await RecordedKubernetes.start();
after(() => kubernetes[Symbol.asyncDispose]());
const admin = server.client();
const registry = 'registry.example:5000';
const file = join(server.folder, 'kubeconfig');
const passwordFile = join(server.folder, 'robot');
const byDigest = imageOf({ seed: 'by digest' });
const first = '/api/v1/pods?limit=500';
const second = `${first}&continue=next+page%2F1`;
const lists = '/api/berth/v1/in-use';

await makeProject(admin, 'watched');
for (const tag of ['v1', 'v2', 'v3', 'v4', 'v5'])
  await admin.pushImage('watched/app', tag, tag === 'v3' ? byDigest : imageOf({ seed: tag }));
const { name, secret } = jsonOf<{ name: string; secret: string }>(
  await sendJson(admin, 'POST', '/api/v2.0/robots', {
    name: 'cluster',
    level: 'system',
    duration: -1,
    permissions: [{ kind: 'system', namespace: '/', access: [{ resource: 'in-use', action: 'update' }] }],
  }),
  201,
);
writeFileSync(passwordFile, secret);

const pages = new Map<string, RecordedAnswer>([
  [
    first,
    {
      status: 200,
      body: {
        kind: 'PodList',
        metadata: { continue: 'next page/1' },
        items: [
          {
            spec: {
              containers: [{ name: 'a', image: `${registry}/watched/app:v1` }],
              initContainers: [{ name: 'i', image: `${registry}/watched/app:v2` }],
            },
            status: { containerStatuses: [{ name: 'a', image: 'x', imageID: 'sha256:12' }] },
          },
          {
            spec: {
              containers: [
                { name: 'p', image: 'other.example/watched/app:v5' },
                { name: 'q', image: 'pause' },
              ],
            },
          },
        ],
      },
    },
  ],
  [
    second,
    {
      status: 200,
      body: {
        kind: 'PodList',
        metadata: {},
        items: [
          {
            spec: {
              containers: [{ name: 'b', image: `${registry}/watched/app:gone` }],
              ephemeralContainers: [{ name: 'e', image: `${registry}/watched/app:v4` }],
            },
            // The runtime knows it by another registry, too.
            status: {
              containerStatuses: [
                { name: 'b', imageID: `docker-pullable://mirror.example/app@${byDigest.manifest.digest}` },
              ],
            },
          },
        ],
      },
    },
  ],
]);

const asRobot = () => [
  '--server',
  `http://127.0.0.1:${server.port}`,
  '--user',
  name,
  '--password-file',
  passwordFile,
];
const watch = (...more: string[]) =>
  berth(['inuse', 'watch', '--kubeconfig', file, '--registry', registry, ...asRobot(), ...more]);

async function kept(): Promise<Record<string, boolean>> {
  const body = { policy: { rules: [retentionRule({ template: 'latestPushedK', n: 0 })] } };
  const { decisions } = jsonOf<{ decisions: { tags: string[]; keep: boolean }[] }>(
    await sendJson(admin, 'POST', '/api/berth/v1/projects/watched/retention/preview', body),
  );
  return Object.fromEntries(decisions.map(({ tags, keep }) => [tags.join(), keep]));
}

const listed = async (): Promise<{ cluster: string; images: number }[]> =>
  jsonOf<{ cluster: string; images: number }[]>(await admin.get(lists));

test('all containers of all Pods of all pages are told, by a robot that may do nothing else, and what is of another registry is not', async () => {
  kubernetes.answers = pages;
  writeFileSync(file, kubernetes.kubeconfig({ user: { token: 'pods-reader' } }));
  const told = await watch('--once', '--cluster', 'prod', '--hours', '2');
  assert.equal(told.code, 0, told.stderr);
  assert.match(told.stderr, /^prod runs 5 images; the list holds until /m);
  assert.deepEqual(
    kubernetes.asked.map(({ path, authorization }) => [path, authorization]),
    [first, second].map((path) => [path, 'Bearer pods-reader']),
  );
  assert.deepEqual(await kept(), { v1: true, v2: true, v3: true, v4: true, v5: false });
  const robot = server.client({ username: name, password: secret });
  for (const path of [lists, '/api/v2.0/users', '/api/v2.0/projects/watched/repositories'])
    assert.ok([401, 403].includes((await robot.get(path)).status), path);
  expectRefusal(await robot.delete(`${lists}/prod`), 403, 'FORBIDDEN');
});

test('the CronJob asks for Pods alone, and calls the command as it is', async () => {
  kubernetes.answers = pages;
  writeFileSync(file, kubernetes.kubeconfig({ user: { token: 'pods-reader' } }));
  const text = readFileSync(join(root, 'deploy/kubernetes/in-use.yaml'), 'utf8');
  const parts = parseAllDocuments(text).map((part) => part.toJS() as Manifest);
  const role = parts.find(({ kind }) => kind === 'ClusterRole');
  assert.deepEqual(role?.rules, [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }]);
  const job = parts.find(({ kind }) => kind === 'CronJob')?.spec?.jobTemplate.spec.template.spec;
  const [program, ...args] = job?.containers[0]?.args ?? [];
  assert.equal(program, 'berth');
  const here = ['--kubeconfig', file, '--registry', registry, ...asRobot()];
  const told = await berth([...args, ...here]);
  assert.match(told.stderr, /^production runs 5 images; /m, told.stderr);
});

test('a client certificate signs in, too', async () => {
  kubernetes.answers = pages;
  writeFileSync(file, kubernetes.kubeconfig());
  assert.equal((await watch('--once', '--cluster', 'prod')).code, 0);
  assert.deepEqual(kubernetes.asked.at(-1)?.subject, 'kubernetes');
});

test('half a list is not sent; one that became too old on its way is begun once more', async () => {
  const before = await listed();
  kubernetes.answers = new Map([...pages].filter(([path]) => path === first));
  const half = await watch('--once', '--cluster', 'half');
  assert.notEqual(half.code, 0);
  assert.match(half.stderr, /Kubernetes: HTTP 404 the server could not find/);
  const old = { status: 410, body: { message: 'The provided continue parameter is too old' } };
  kubernetes.answers = new Map([...pages, [second, old]]);
  const asked = kubernetes.asked.length;
  assert.match((await watch('--once', '--cluster', 'half')).stderr, /Kubernetes: HTTP 410/);
  assert.deepEqual(
    kubernetes.asked.slice(asked).map(({ path }) => path),
    [first, second, first, second],
  );
  assert.deepEqual(await listed(), before);
});

test('what does not name a server that can be trusted, and somebody who signs in, is refused before anything is asked', async () => {
  const asked = kubernetes.asked.length;
  const insecure = { server: kubernetes.url, 'insecure-skip-tls-verify': true };
  for (const [text, reason] of [
    [kubernetes.kubeconfig({ cluster: insecure }), /insecure-skip-tls-verify/],
    [kubernetes.kubeconfig({ cluster: { server: 'http://127.0.0.1:1' } }), /server: http:/],
    [kubernetes.kubeconfig({ user: { exec: { command: 'aws' } } }), /users: exec/],
    [
      kubernetes.kubeconfig().replace('"current-context":"prod"', '"current-context":"none"'),
      /contexts: none/,
    ],
    ['{', /cannot be used/],
  ] as const) {
    writeFileSync(file, text);
    const { code, stderr } = await watch('--once');
    assert.notEqual(code, 0);
    assert.match(stderr, reason);
  }
  // The certificate is of nobody whom the system trusts.
  writeFileSync(file, kubernetes.kubeconfig({ cluster: { server: kubernetes.url }, user: { token: 'x' } }));
  assert.notEqual((await watch('--once')).code, 0);
  assert.equal(kubernetes.asked.length, asked);
  assert.match((await watch('--interval', '0')).stderr, /--interval is a number of minutes/);
  const inPod = await berth(['inuse', 'watch', '--once', '--registry', registry, ...asRobot()]);
  assert.match(inPod.stderr, /does not run in a Pod/);
});

test('without --once it goes on, also when Kubernetes says no', async () => {
  kubernetes.answers = new Map();
  writeFileSync(file, kubernetes.kubeconfig({ user: { token: 'x' } }));
  const args = ['inuse', 'watch', '--kubeconfig', file, '--registry', registry, '--cluster', 'on'];
  const child = spawnBerth([...args, ...asRobot()]);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await waitUntil(
    'it says that it goes on',
    () => /nothing was told: .*; again in 60 minutes/.test(stderr),
    60_000,
  );
  assert.equal(child.exitCode, null);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
});
