// OpenTofu with terraform-provider-harbor itself. OpenTofu is built as the other clients are; the provider's module is
// not served where Go's modules are, so its program is given by BERTH_TERRAFORM_PROVIDER. Its requests are compared with
// those of the replay, which runs everywhere (`terraform.test.ts`).

import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { root } from '../../../harness/berth-command.ts';
import { clientTool, pinnedVersion } from '../../../harness/client-tool.ts';
import { expectStatus } from '../../../harness/registry-client.ts';
import { jsonOf } from '../../../harness/rest.ts';
import { type Ended, runProgram } from '../../../harness/run-program.ts';
import { BerthServer, password } from '../../../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../../../harness/temporary-folder.ts';
import { blocksOf } from '../../../manuals/manual-page.ts';
import { user } from './accounts.ts';
import { readEveryDataSource } from './data-sources.ts';
import { DeclaredState } from './declared-state.ts';
import { everyResource } from './every-resource.ts';
import { webhook } from './project-policies.ts';
import { type Asked, ProviderClient } from './provider-client.ts';
import { Recorder, shapesOf } from './recorder.ts';
import type { Resource, Round } from './resource-type.ts';

const given = process.env['BERTH_TERRAFORM_PROVIDER'];
if (given === undefined || !existsSync(given))
  throw new Error('BERTH_TERRAFORM_PROVIDER must be the path of a program terraform-provider-harbor');

const tofu = await clientTool('opentofu');
const folder = temporaryFolder();
const server = await BerthServer.start();
const recorder = await Recorder.start(server.port);
// The replay has a server of its own, so that both find the same.
const other = await BerthServer.start();
const replay = new ProviderClient(other.client());
const replayed = new DeclaredState(replay, everyResource);
const admin = server.client();
const base = '/api/v2.0';

after(async () => {
  await recorder[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  removeFolder(folder);
});

const overrides = join(folder, 'tofurc');
mkdirSync(join(folder, 'provider'));
symlinkSync(resolve(given), join(folder, 'provider', 'terraform-provider-harbor'));
writeFileSync(
  overrides,
  `provider_installation {
  dev_overrides {
    "goharbor/harbor" = "${join(folder, 'provider')}"
  }
  direct {}
}
`,
);

function place(name: string): string {
  const made = join(folder, name);
  mkdirSync(made);
  copyFileSync(join(import.meta.dirname, 'main.tf'), join(made, 'main.tf'));
  return made;
}

const work = place('work');

function run(
  args: readonly string[],
  cwd = work,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const harbor = {
    TF_CLI_CONFIG_FILE: overrides,
    TF_IN_AUTOMATION: '1',
    HARBOR_URL: `http://127.0.0.1:${recorder.port}`,
    HARBOR_USERNAME: 'admin',
    HARBOR_PASSWORD: password,
    ...env,
  };
  return runProgram(tofu, args, { cwd, env: harbor, limitMs: 300_000 });
}

function inRound(round: Round): readonly string[] {
  return ['-input=false', '-no-color', `-var=changed=${round === 'changed'}`];
}

async function apply(round: Round, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, text } = await run(['apply', '-auto-approve', ...inRound(round)], work, env);
  assert.equal(code, 0, text);
  return /(?:Apply|Destroy) complete!.*/.exec(text)?.[0] ?? '';
}

/** The code of a plan that finds something to do is 2. */
async function expectNoChanges(round: Round): Promise<void> {
  const { code, text } = await run(['plan', '-detailed-exitcode', ...inRound(round)]);
  assert.equal(code, 0, text);
  assert.match(text, /No changes\. Your infrastructure matches the configuration\./);
}

async function idsOf(): Promise<Map<string, string>> {
  const { code, stdout, text } = await run(['show', '-json']);
  assert.equal(code, 0, text);
  const { values } = JSON.parse(stdout) as {
    values: { root_module: { resources: { address: string; mode: string; values: { id: string } }[] } };
  };
  const managed = values.root_module.resources.filter(({ mode }) => mode === 'managed');
  return new Map(managed.map(({ address, values: { id } }) => [address, id]));
}

function fileOfManual(language: string): string {
  const page = readFileSync(join(root, 'docs', language, 'terraform.md'), 'utf8');
  return (
    blocksOf(page)
      .find((block) => block.language === 'hcl')
      ?.lines.join('\n') ?? ''
  );
}

async function replayedData(round: Round): Promise<void> {
  const project = replayed.ids.get('harbor_project.apps') ?? '';
  const email = round === 'first' ? 'ada@example.com' : 'ada@example.org';
  await readEveryDataSource(replay, { email, project, name: 'apps' });
}

/** Of the project `apps`, which takes it along. */
function isHook({ type }: Resource): boolean {
  return type === webhook;
}

/** What the provider asked since the last call is what the replay asked. */
function expectSameRequests(): void {
  const [real, ours] = [recorder.take(), replay.asked.splice(0)];
  assert.deepEqual(shapesOf(real), shapesOf(ours));
}

test(`OpenTofu ${pinnedVersion('opentofu', 'github.com/opentofu/opentofu')}: apply, and the second plan says no changes`, async () => {
  assert.equal(
    await apply('first'),
    `Apply complete! Resources: ${everyResource.length} added, 0 changed, 0 destroyed.`,
  );
  await expectNoChanges('first');
  await replayed.apply('first');
  await replayed.plan('first');
  await replayedData('first');
  expectSameRequests();
});

test('every field changed: applied in place, and the second plan says no changes', async () => {
  const before = await idsOf();
  assert.match(await apply('changed'), /Resources: 0 added, \d+ changed, 0 destroyed/);
  await expectNoChanges('changed');
  assert.deepEqual(await idsOf(), before);
  await replayed.apply('changed');
  await replayed.plan('changed');
  await replayedData('changed');
  expectSameRequests();
});

interface PlannedChange {
  readonly address: string;
  readonly mode: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Readonly<Record<string, unknown>>;
    readonly after: Readonly<Record<string, unknown>>;
    readonly importing?: unknown;
  };
}

test('every object imported into an empty state differs in nothing that the provider reads', async () => {
  const empty = place('empty');
  const imported = everyResource.filter(({ type }) => type.notImported !== true);
  const ids = await idsOf();
  const blocks = imported.map(
    ({ address }) => `import {\n  to = ${address}\n  id = "${ids.get(address) ?? ''}"\n}\n`,
  );
  writeFileSync(join(empty, 'imports.tf'), blocks.join(''));
  const planned = await run(['plan', '-out=plan', ...inRound('changed')], empty);
  assert.equal(planned.code, 0, planned.text);
  const { stdout } = await run(['show', '-json', 'plan'], empty);
  const { resource_changes: changes } = JSON.parse(stdout) as { resource_changes: PlannedChange[] };
  const addresses = new Set(imported.map(({ address }) => address));
  const objects = changes.filter(({ address, mode }) => mode === 'managed' && addresses.has(address));
  assert.equal(objects.length, imported.length);
  const differences = objects.flatMap(({ address, change: { actions, before, after: then, importing } }) => {
    assert.ok(importing !== undefined && !actions.includes('create') && !actions.includes('delete'), address);
    return Object.keys(then)
      .filter((name) => !isDeepStrictEqual(before[name], then[name]))
      .map((name) => `${address}.${name}`);
  });
  const unread = imported.flatMap(({ address, type }) =>
    type.unread.map((attribute) => `${address}.${attribute}`),
  );
  assert.deepEqual(
    differences.filter((each) => !unread.includes(each)),
    [],
  );
  console.log(`import: ${objects.length} objects; the provider does not read ${differences.join(', ')}`);
});

for (const { address, type } of everyResource) {
  if (type.single === true) continue;
  test(`${address}: deleted by hand, it is made again, and the second plan says no changes`, async () => {
    const id = (await idsOf()).get(address) ?? '';
    expectStatus(await admin.delete(`${base}${id}`), 200);
    const gone = address === 'harbor_project.apps' ? everyResource.filter(isHook) : [{ address, type }];
    for (const each of gone.filter((one) => one.type.failsWhenGone === true)) {
      const plan = await run(['plan', ...inRound('changed')]);
      assert.match(plan.text, /unexpected status code got: 404|resource not found/);
      assert.equal((await run(['state', 'rm', each.address])).code, 0);
    }
    assert.match(await apply('changed'), /Resources: [1-9]\d* added, 0 changed, 0 destroyed/);
    if (type === user) assert.match(await apply('changed'), /Resources: 0 added, 1 changed, 0 destroyed/);
    await expectNoChanges('changed');
  });
}

test('changed back by a session, which needs tokens against forgery', async () => {
  const login = await server.client(null).call('POST', '/c/login', {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `principal=admin&password=${encodeURIComponent(password)}`,
  });
  const [, sid = ''] = /\bsid=([^;]+);/.exec(String(login.headers['set-cookie'])) ?? [];
  assert.match(await apply('first', { HARBOR_SESSION_ID: sid }), /0 added, \d+ changed, 0 destroyed/);
  await expectNoChanges('first');
});

test('destroy leaves nothing', async () => {
  await replayed.apply('first');
  recorder.take();
  replay.asked.splice(0);
  const { code, text } = await run(['destroy', '-auto-approve', ...inRound('first')]);
  assert.equal(code, 0, text);
  assert.match(text, new RegExp(`Destroy complete! Resources: ${everyResource.length} destroyed`));
  for (const list of ['users', 'usergroups', 'robots', 'labels?scope=g'])
    assert.deepEqual(jsonOf(await admin.get(`${base}/${list}`)), [], list);
  for (const list of ['projects', 'quotas'])
    assert.equal(jsonOf<unknown[]>(await admin.get(`${base}/${list}`)).length, 1, `${list}: library's`);
  const changes = (all: readonly Asked[]): readonly Asked[] => all.filter(({ method }) => method !== 'GET');
  await replayed.destroy();
  assert.deepEqual(shapesOf(changes(recorder.take())), shapesOf(changes(replay.asked.splice(0))));
});

test('the file of the manual is applied, and its second plan says no changes', async () => {
  const [en, zh] = ['en', 'zh'].map(fileOfManual);
  assert.equal(zh, en);
  const shown = join(folder, 'manual');
  mkdirSync(shown);
  writeFileSync(join(shown, 'main.tf'), en ?? '');
  for (const [word, flag] of [
    ['apply', '-auto-approve'],
    ['plan', '-detailed-exitcode'],
    ['destroy', '-auto-approve'],
  ] as const) {
    const { code, text } = await run([word, flag, '-no-color', '-input=false'], shown);
    assert.equal(code, 0, text);
  }
});
