import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventKinds } from '../event-kinds.ts';
import type { Target } from '../webhook.ts';
import { eventData, objectOf } from './event-data.ts';
import { templateProblem } from './fill-template.ts';
import { payloadOf } from './payload-of.ts';
import { retentionData } from './retention-data.ts';
import type { Told } from './told.ts';

const of = { source: '/projects/1/webhook/policies/2', id: '0e2b5b7c-2f4b-4f6e-9a55-0a2f0d8f1c11' };
const at = Date.UTC(2026, 0, 1);
const project = { name: 'library', public: false, usedBytes: 0, limitBytes: -1 };
const pushed: Told = {
  kind: 'PUSH_ARTIFACT',
  at,
  operator: 'admin',
  requestId: 'r1',
  object: 'library/app',
  data: {
    resources: [{ digest: 'sha256:aa', tag: 'v1', resource_url: 'reg.example/library/app:v1' }],
    repository: {
      date_created: 1767225000,
      name: 'app',
      namespace: 'library',
      repo_full_name: 'library/app',
      repo_type: 'private',
    },
  },
};
const selector = { kind: 'doublestar', pattern: '**', extras: '' };
const rule = {
  id: 0,
  priority: 0,
  disabled: false,
  template: 'latestPushedK',
  params: { latestPushedK: 10 },
  tags: [{ ...selector, decoration: 'matches' }],
  repositories: [{ ...selector, decoration: 'repoMatches' }],
};
const recorded = {
  policy: 1,
  execution: 7,
  task: 8,
  total: 12,
  retained: 10,
  rules: JSON.stringify([rule, { ...rule, disabled: true }]),
  deleted: '["app:v0","app@sha256:bb"]',
};
const retained: Told = {
  ...pushed,
  kind: 'TAG_RETENTION',
  data: retentionData(recorded, { host: 'reg.example', project: 'library' }),
};

function bodyOf(target: Partial<Target>, told: Told): Record<string, unknown> {
  const whole: Target = {
    key: '0',
    type: 'http',
    address: 'https://hooks.example/',
    skipCertVerify: false,
    payloadFormat: target.template === undefined ? 'Default' : null,
    ...target,
  };
  return JSON.parse(payloadOf(whole, told, of).body) as Record<string, unknown>;
}

const harborRetention = {
  total: 12,
  retained: 10,
  harbor_hostname: 'reg.example',
  project_name: 'library',
  retention_policy_id: 1,
  retention_rule: [
    {
      template: 'latestPushedK',
      params: { latestPushedK: 10 },
      tag_selectors: [{ ...selector, decoration: 'matches' }],
      scope_selectors: { repository: [{ ...selector, decoration: 'repoMatches' }] },
    },
  ],
  result: 'SUCCESS',
  deleted_artifact: [
    { type: 'image', status: 'SUCCESS', name_tag: 'app:v0', references: null },
    { type: 'image', status: 'SUCCESS', name_tag: 'app@sha256:bb', references: null },
  ],
};

test('TAG_RETENTION: as Harbor tells it, by default and as a CloudEvent', () => {
  assert.deepEqual(bodyOf({}, retained), {
    type: 'TAG_RETENTION',
    occur_at: at / 1000,
    operator: 'admin',
    event_data: { retention: harborRetention },
  });
  const cloud = bodyOf({ payloadFormat: 'CloudEvents' }, retained);
  assert.equal(cloud['type'], 'harbor.tag_retention.finished');
  assert.deepEqual(cloud['data'], { retention: harborRetention });
});

test('TAG_RETENTION_REVIEW: which plan waits for somebody, and why', () => {
  const object = objectOf({ object: 'library', data: '{}' });
  const data = {
    policy: 1,
    execution: 7,
    plan: 3,
    reason: 'why',
    dropped: 2,
    droppedTags: 4,
    freedBytes: 99,
  };
  const facts = { host: 'reg.example', project, repositoryMadeAt: undefined };
  assert.deepEqual(eventData('TAG_RETENTION_REVIEW', { object, data }, facts), {
    custom_attributes: {
      Details: 'why',
      Project: 'library',
      Policy: '1',
      Execution: '7',
      Plan: '3',
      Artifacts: '2',
      Tags: '4',
      Bytes: '99',
    },
  });
});

// Slack, "Sending messages using incoming webhooks" and "Block Kit: section": at most 50 blocks, 3,000 characters each.
test('slack: six sections of mrkdwn, none above 3,000 characters, no name that calls somebody', () => {
  const many = Array.from({ length: 500 }, (_, no) => `app:<!channel>&${no}`);
  const told: Told = {
    ...retained,
    operator: '<!here>',
    data: retentionData(
      { ...recorded, deleted: JSON.stringify(many) },
      { host: 'reg.example', project: 'library' },
    ),
  };
  for (const each of [pushed, told]) {
    const { blocks } = bodyOf({ type: 'slack', payloadFormat: null }, each) as {
      blocks: { type: string; text: { type: string; text: string } }[];
    };
    assert.equal(blocks.length, 6);
    for (const { type, text } of blocks) {
      assert.deepEqual([type, text.type], ['section', 'mrkdwn']);
      assert.ok(text.text.length <= 3000, `${text.text.length}`);
      assert.doesNotMatch(text.text, /<!(?:here|channel)>|&(?!amp;|lt;|gt;)/);
    }
  }
});

// Microsoft, "Create and send messages" (Teams): a message with one attachment, an Adaptive Card.
test('teams: a message with an Adaptive Card, in which names are no Markdown', () => {
  const body = bodyOf({ type: 'teams', payloadFormat: null }, { ...pushed, operator: '[a](http://b)' });
  assert.deepEqual(body, {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            { type: 'TextBlock', size: 'Medium', weight: 'Bolder', text: 'PUSH_ARTIFACT' },
            {
              type: 'FactSet',
              facts: [
                { title: 'resource', value: 'reg.example/library/app:v1' },
                { title: 'operator', value: '\\[a\\]\\(http://b\\)' },
                { title: 'time', value: '2026-01-01T00:00:00.000Z' },
              ],
            },
          ],
        },
      },
    ],
  });
});

// Feishu: {"msg_type":"text","content":{"text":…}}; DingTalk and WeCom: {"msgtype":"text","text":{"content":…}}.
test('feishu, dingtalk, wecom: a text, of at most 2,048 bytes', () => {
  const text =
    'PUSH_ARTIFACT\nresource: reg.example/library/app:v1\noperator: admin\ntime: 2026-01-01T00:00:00.000Z';
  assert.deepEqual(bodyOf({ type: 'feishu', payloadFormat: null }, pushed), {
    msg_type: 'text',
    content: { text },
  });
  for (const type of ['dingtalk', 'wecom'] as const) {
    assert.deepEqual(bodyOf({ type, payloadFormat: null }, pushed), {
      msgtype: 'text',
      text: { content: text },
    });
    const long = bodyOf({ type, payloadFormat: null }, { ...pushed, operator: '长'.repeat(900) });
    const { content } = long['text'] as { content: string };
    assert.ok(Buffer.byteLength(content) <= 2048 && Buffer.byteLength(content) > 1900);
    assert.match(content, /长…$/);
  }
});

test('chats are told what retention deleted, twenty names of it', () => {
  const names = Array.from({ length: 30 }, (_, no) => `app:v${no}`);
  const data = retentionData(
    { ...recorded, deleted: JSON.stringify(names) },
    { host: 'reg.example', project: 'library' },
  );
  const body = bodyOf({ type: 'feishu', payloadFormat: null }, { ...retained, data });
  const { text } = body['content'] as { text: string };
  assert.match(text, /^TAG_RETENTION\nrepository: library\/app\nretained: 10 \/ 12\ndeleted: app:v0, /);
  assert.match(text, /app:v19, … \(30\)\noperator/);
});

test('a template is filled with parts of JSON strings, and has to be JSON then', () => {
  const template =
    '{"text":"{{type}} by {{ operator }}: {{repository}} {{namespace}}","data":{{event_data}}}';
  assert.equal(templateProblem(template), undefined);
  const body = bodyOf({ template }, { ...pushed, operator: 'a"b\\' });
  assert.deepEqual(body, { text: 'PUSH_ARTIFACT by a"b\\: library/app library', data: pushed.data });
  assert.equal(bodyOf({ template }, retained)['text'], 'TAG_RETENTION by admin: library/app library');
  assert.match(
    templateProblem('{"a":"{{nothing}}"}') ?? '',
    /^the template has the field nothing; there are/,
  );
  assert.match(templateProblem('{"a":{{type}}}') ?? '', /^the template is no JSON once it is filled: /);
});

test('each type of event is a CloudEvent of another type', () => {
  const types = eventKinds.map(
    (kind) => bodyOf({ payloadFormat: 'CloudEvents' }, { ...pushed, kind })['type'],
  );
  assert.equal(new Set(types).size, eventKinds.length);
});
