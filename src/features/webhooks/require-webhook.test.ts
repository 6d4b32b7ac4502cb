import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../lib/errors.ts';
import { type OutgoingFault, OutgoingProblem } from '../../platform/http/outgoing/outgoing-problem.ts';
import { type GivenWebhook, requireWebhook } from './require-webhook.ts';

const mail = { server: () => undefined, recipients: () => '' };
const deps = { client: { requirePlausible: (): void => undefined }, mail, externalUrl: undefined };
const target = { type: 'http', address: 'https://hooks.example/in' };
const right: GivenWebhook = { name: 'ci', targets: [target], event_types: ['PUSH_ARTIFACT'] };

const wrong: readonly [string, GivenWebhook, RegExp][] = [
  ['a name with NUL', { name: 'a\0b' }, /"a\\u0000b" is no text/],
  ['a name of two lines', { name: 'a\nb' }, /a webhook has a name/],
  ['a description with NUL', { description: '\0' }, /is no text/],
  ['a description with half a character', { description: '\ud800' }, /is no text/],
  ['an address with half a character', { targets: [{ ...target, address: 'http://a/\ud800' }] }, /no text/],
  ['a secret with NUL', { targets: [{ ...target, secret: '\0' }] }, /is no text/],
  ['a label with half a character', { filters: { labels: ['\udfff'] } }, /is no text/],
  [
    'patterns that every event would be compared with for long',
    { filters: { repositories: Array.from({ length: 5 }, () => '*a'.repeat(250)) } },
    /more than 2048 characters together/,
  ],
  [
    'a short template that makes long messages',
    { targets: [{ ...target, template: `[${'{{event_data}},'.repeat(50)}{{event_data}}]` }] },
    /more than 50 fields/,
  ],
];

for (const [what, given, message] of wrong)
  test(`${what} is refused`, () => {
    assert.throws(
      () => requireWebhook(deps, { ...right, ...given }),
      (error) => error instanceof AppError && error.code === 'BAD_REQUEST' && message.test(error.message),
    );
  });

test('what is within the limits is taken', () => {
  const template = `[${'{{event_data}},'.repeat(49)}{{event_data}}]`;
  const repositories = Array.from({ length: 4 }, () => '*a'.repeat(250));
  const given = { ...right, targets: [{ ...target, template }], filters: { repositories } };
  assert.equal(requireWebhook(deps, given).targets[0]?.template, template);
});

const faults: readonly [OutgoingFault, string][] = [
  ['url', 'address wrong'],
  ['address', 'address not public'],
  ['destination', 'host not allowed'],
];

/** Why the target is refused, for programs. */
function kindOf(of: Partial<Parameters<typeof requireWebhook>[0]>): string | undefined {
  try {
    requireWebhook({ ...deps, ...of }, right);
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.because?.kind : undefined;
  }
}

test('an address says which of the causes it is refused for', () => {
  for (const [fault, kind] of faults) {
    const requirePlausible = (): never => {
      throw new OutgoingProblem(fault, 'not there');
    };
    assert.equal(kindOf({ client: { requirePlausible } }), kind);
  }
  assert.equal(kindOf({ externalUrl: 'https://hooks.example' }), 'address of registry');
});
