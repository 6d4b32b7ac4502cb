// What the server names by codes has words in the console.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { becauseText } from '../../web/src/api/because/because-texts.ts';
import { hasPhrase } from '../../web/src/pages/access/explain/action-phrase.ts';
import { eventKindTexts } from '../../web/src/pages/webhooks/event-kind-text.ts';
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
