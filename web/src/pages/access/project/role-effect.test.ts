import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../../../ui/text/say.ts';
import { actionSets, projectRoles } from '../parts/role-name.ts';
import { roleEffect } from './role-effect.ts';
import { roleEffectTexts } from './role-effect-text.ts';

const said = say(roleEffectTexts, 'en');

test('each action and each role of projects is said in a sentence of its own', () => {
  const roles = [...actionSets, ...projectRoles];
  const effects = roles.map((role) => roleEffect({ role, onSome: false, permissions: 3 }, said));
  assert.equal(new Set(effects).size, roles.length);
  assert.ok(!effects.includes(undefined));
  assert.equal(
    roleEffect({ role: 'read', onSome: false, permissions: undefined }, said),
    'Sees names and tags, cannot pull.',
  );
});

test('a role made here is said by how much it allows, and what counts on some repositories is said too', () => {
  const role = 'releaser';
  assert.equal(roleEffect({ role, onSome: false, permissions: undefined }, said), undefined);
  assert.match(roleEffect({ role, onSome: false, permissions: 1 }, said) ?? '', /1 permission\.$/);
  assert.match(roleEffect({ role: 'guest', onSome: true, permissions: 9 }, said) ?? '', /content counts\.$/);
  assert.match(roleEffect({ role: 'pull', onSome: true, permissions: 9 }, said) ?? '', /and pulls\.$/);
});
