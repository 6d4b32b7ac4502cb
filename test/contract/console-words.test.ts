// What the server names by codes has words in the console.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { becauseText } from '../../web/src/api/because/because-texts.ts';
import { isRefusal } from '../../web/src/api/because/refusal-text.ts';
import { hasPhrase } from '../../web/src/pages/access/explain/action-phrase.ts';
import { knownFailures } from '../../web/src/pages/jobs/why-failed.ts';
import { eventKindTexts } from '../../web/src/pages/webhooks/event-kind-text.ts';
import { root } from '../harness/berth-command.ts';
import { jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();

test('the console has words for everything that somebody may', async () => {
  const roles = jsonOf<{ level: string; permissions: string[] }[]>(await admin.get('/api/berth/v1/roles'));
  const bare = roles.flatMap(({ level, permissions }) =>
    permissions.filter((permission) => !hasPhrase(permission, level === 'system' ? 'system' : 'shop')),
  );
  assert.ok(roles.some(({ permissions }) => permissions.includes('repository:pull')));
  assert.deepEqual(bare, []);
});

test('the console has a name for every kind of event that a webhook tells of', async () => {
  await makeProject(admin, 'told');
  const offered = await admin.get(`${projects}/told/webhook/events`);
  const { event_type: kinds } = jsonOf<{ event_type: string[] }>(offered);
  assert.deepEqual(Object.keys(eventKindTexts).toSorted(), kinds.toSorted());
});

interface Setting {
  readonly name: string;
  readonly type: 'boolean' | 'integer' | 'string';
  readonly default: string;
}

interface Refusal {
  readonly errors: readonly { readonly because?: { kind: string; values: Record<string, string> } }[];
}

/** What no setting can be; undefined: it could be both. */
function wrongFor({ name, type, default: usual }: Setting): unknown {
  if (type === 'string') return '\u0001 :,=';
  if (type === 'integer') return -7;
  return /^(?:ldap|uaa|http_authproxy|oidc)_/.test(name) ? usual !== 'true' : undefined;
}

test('why a setting is refused is told in Chinese, without a code', async () => {
  const settings = jsonOf<Setting[]>(await admin.get('/api/berth/v1/settings'));
  const kinds = new Set<string>();
  for (const setting of settings) {
    const wrong = wrongFor(setting);
    if (wrong === undefined) continue;
    const body = { [setting.name]: wrong };
    const asked = { 'X-Berth-Because': 'true' };
    const answer = await sendJson(admin, 'PUT', '/api/v2.0/configurations', body, asked);
    // Where any text will do it is taken.
    if (answer.status === 200) continue;
    const [refusal] = (JSON.parse(answer.body.toString()) as Refusal).errors;
    const { because } = refusal ?? {};
    assert.ok(because !== undefined, `${setting.name}: ${answer.body.toString()}`);
    kinds.add(because.kind);
    const text = becauseText(because) ?? '';
    assert.match(text, /\p{Script=Han}/u, setting.name);
    for (const part of ['form', 'needs']) {
      const code: string | undefined = because.values[part];
      assert.ok(code === undefined || !text.replace(setting.name, '').includes(code), text);
    }
  }
  for (const kind of ['form wrong', 'not one of', 'number wrong', 'setting needs'])
    assert.ok(kinds.has(kind), kind);
});

test('the sentences of failed jobs that the console knows are those of the server', async () => {
  const code = await sourceOf([
    'content/blobs/foreign-store.ts',
    'lib/errors.ts',
    'platform/blobstore/translate-file-error.ts',
    'platform/jobs/held-run.ts',
    'features/garbage/garbage-job.ts',
    'features/strays/reconciliation-job.ts',
    'features/verify/verification-job.ts',
    'features/retention/run/run-repository.ts',
    'features/audit/purge/purge-job.ts',
  ]);
  const sentences = [...code.matchAll(/'([^'\n]+)'|`([^`]+)`/g)].map(([, text, template = '']) =>
    (text ?? template).replaceAll('${verb}', 'move').replaceAll(/\$\{[^}]*\}/g, '3'),
  );
  const unsaid = knownFailures.filter(([pattern]) => !sentences.some((text) => pattern.test(text)));
  assert.deepEqual(unsaid, []);
});

test('the console has words for every code that a refusal is written down with beside its sentence', async () => {
  const table = await sourceOf(['lib/errors.ts']);
  const codes = [...table.matchAll(/^ {2}([A-Z_]+): (?:\{\s*\.\.\.)?row\(\s*(\d+)/gm)].map(
    ([, code = '', status]) => ({ code, status: Number(status) }),
  );
  const noted = codes.filter(({ status }) => [403, 404, 409, 412, 413, 426, 429].includes(status));
  assert.ok(noted.length > 20);
  assert.deepEqual(
    noted.filter(({ code }) => !isRefusal(code)),
    [],
  );
});

async function sourceOf(files: readonly string[]): Promise<string> {
  const texts = await Promise.all(files.map((file) => readFile(join(root, 'src', file), 'utf8')));
  return texts.join('\n');
}
