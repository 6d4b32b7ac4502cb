import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sectionNamed, sectionOf } from './sections.ts';

test('a setting stands in the section that it is about, and a new one is found all the same', () => {
  assert.deepEqual(
    ['ldap_url', 'audit_min_days', 'projects_per_user', 'robot_name_prefix', 'read_only', 'new_one'].map(
      sectionOf,
    ),
    ['elsewhere', 'audit', 'projects', 'signIn', 'operation', 'operation'],
  );
});

test('an address without a section, or with one that is not there, leads to the first', () => {
  assert.deepEqual([undefined, 'nothing', 'audit'].map(sectionNamed), ['signIn', 'signIn', 'audit']);
});
