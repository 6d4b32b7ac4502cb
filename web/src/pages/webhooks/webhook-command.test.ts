import assert from 'node:assert/strict';
import { test } from 'node:test';
import { webhookCommand } from './webhook-command.ts';
import { draftOf, type Target, type WebhookDraft } from './webhook-draft.ts';

Object.assign(globalThis, { location: { origin: 'https://registry.test' } });

const target: Target = { type: 'http', address: 'https://ci.example/hook', payload_format: 'Default' };

function drafted(targets: readonly Target[], more: Partial<WebhookDraft> = {}): WebhookDraft {
  const drafts = targets.map((each, key) => ({ key, target: each, secret: '' }));
  return { ...draftOf(undefined), name: 'to-ci', targets: drafts, ...more };
}

const commandOf = (given: Target, more?: Partial<WebhookDraft>): string =>
  webhookCommand('pay', drafted([{ ...target, ...given }], more), undefined);

test('a new webhook is made by the command, with its kind and its format', () => {
  const begin = 'berth webhook create to-ci https://ci.example/hook --project pay \\\n  ';
  assert.equal(commandOf({}), `${begin}--events PUSH_ARTIFACT`);
  assert.equal(commandOf({ type: 'slack' }), `${begin}--type slack --events PUSH_ARTIFACT`);
  assert.equal(
    commandOf({ payload_format: 'CloudEvents' }),
    `${begin}--format CloudEvents --events PUSH_ARTIFACT`,
  );
});

test('what was typed for a kind of target before is not told of one by mail', () => {
  const mail = { type: 'email', address: 'a@demo.example', auth_header: 'Bearer x', skip_cert_verify: true };
  assert.equal(
    commandOf(mail),
    'berth webhook create to-ci a@demo.example --project pay \\\n  --type email --events PUSH_ARTIFACT',
  );
});

test('what the command has no words for is a request of the API', () => {
  const secret = [{ key: 0, target, secret: 'never shown' }];
  for (const command of [
    commandOf({}, { description: 'of the CI' }),
    commandOf({}, { enabled: false }),
    commandOf({}, { repositories: 'team/**' }),
    commandOf({}, { tags: 'v*' }),
    commandOf({ auth_header: 'Bearer x' }),
    commandOf({ skip_cert_verify: true }),
    commandOf({}, { targets: secret }),
    webhookCommand('pay', drafted([target, target]), undefined),
  ]) {
    assert.match(command, /^curl -u NAME -X POST '.*\/api\/v2\.0\/projects\/pay\/webhook\/policies'/);
    assert.doesNotMatch(command, /never shown/);
  }
  assert.match(commandOf({}, { targets: secret }), /"secret":"SECRET"/);
});

test('a change is a request of the API', () => {
  const webhook = { id: 7, name: 'to-ci', enabled: true, targets: [target], event_types: ['PUSH_ARTIFACT'] };
  assert.match(
    webhookCommand('pay', draftOf(webhook), webhook),
    /^curl -u NAME -X PUT '.*\/api\/v2\.0\/projects\/pay\/webhook\/policies\/7'/,
  );
});
