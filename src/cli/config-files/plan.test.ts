import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Configuration, Fields, Item } from './item.ts';
import { type Kept, planOf } from './plan.ts';
import { itemText } from './step-line.ts';
import { shapes } from './written/shapes.ts';

function grant(place: string, who: string, role: string, more: Fields = {}): Item {
  const fields = { who, role, ...more };
  return { kind: 'grant', place, name: shapes.grant.nameOf(fields), fields };
}

function configuration(items: readonly Item[], ...sections: readonly string[]): Configuration {
  return { items, sections: new Set(sections) };
}

function planned(
  wanted: Configuration,
  present: readonly Item[],
  {
    prune = false,
    keeps = () => undefined,
  }: { prune?: boolean; keeps?: (item: Item) => Kept | undefined } = {},
): string[] {
  const steps = planOf(wanted, configuration(present), { prune, keeps });
  return steps.map(({ action, item, changes }) => {
    const keys = changes.map(({ key }) => key).join(' ');
    return `${action} ${itemText(item)}${keys === '' ? '' : ` ${keys}`}`;
  });
}

const group: Item = { kind: 'group', place: 'system', name: 'makers', fields: { name: 'makers' } };
const project: Item = { kind: 'project', place: 'system', name: 'pay', fields: { public: false } };
const ofGroups = 'group of system';
const ofSystem = 'grant of system';
const ofPay = 'grant of project pay';

test('what the files have is made in the order in which it is needed, and what they do not have goes the other way', () => {
  const mine = grant('project pay', 'group:makers', 'guest');
  const sections = [ofGroups, 'project of system', ofPay];
  assert.deepEqual(planned(configuration([mine, project, group], ...sections), []), [
    'add group makers',
    'add project pay',
    'add project pay: grant group:makers guest',
  ]);
  assert.deepEqual(planned(configuration([], ...sections), [group, project, mine], { prune: true }), [
    'remove project pay: grant group:makers guest',
    'remove project pay',
    'remove group makers',
  ]);
});

test('what no file has a list for is no matter, and what is in no list stays until it is pruned', () => {
  assert.deepEqual(planned(configuration([]), [group], { prune: true }), []);
  assert.deepEqual(planned(configuration([], ofGroups), [group]), ['extra group makers']);
  const keeps = (): Kept => 'own access';
  assert.deepEqual(planned(configuration([], ofGroups), [group], { prune: true, keeps }), [
    'extra group makers',
  ]);
});

test('of a project, and of the settings, only the keys count that a file has', () => {
  const present = { ...project, fields: { public: true, storage_limit: 5 } };
  assert.deepEqual(planned(configuration([project]), [present]), ['change project pay public']);
  assert.deepEqual(planned(configuration([{ ...project, fields: {} }]), [present]), []);
});

test('a key that a thing of a list has no more is a change', () => {
  const label: Item = { kind: 'label', place: 'system', name: 'hot', fields: { name: 'hot' } };
  const present = { ...label, fields: { name: 'hot', color: '#f00' } };
  const wanted = configuration([label], 'label of system');
  assert.deepEqual(planned(wanted, [present]), ['change system: label hot color']);
});

test('another role of the same holder at the same place is one change, unless the one before is of who asks', () => {
  const before = grant('project pay', 'bob', 'maintainer', { repositories: 'api' });
  const wanted = [grant('project pay', 'bob', 'guest', { repositories: 'api' })];
  assert.deepEqual(planned(configuration(wanted, ofPay), [before]), [
    'change project pay: grant bob guest in api role',
  ]);
  const elsewhere = grant('project pay', 'bob', 'maintainer', { repositories: 'web' });
  assert.deepEqual(planned(configuration(wanted, ofPay), [elsewhere]), [
    'add project pay: grant bob guest in api',
    'extra project pay: grant bob maintainer in web',
  ]);
  const keeps = (): Kept => 'own access';
  assert.deepEqual(planned(configuration(wanted, ofPay), [before], { keeps }), [
    'add project pay: grant bob guest in api',
    'extra project pay: grant bob maintainer in api',
  ]);
});

test('where duties are separated one is taken before another is given, and the separation is switched on last', () => {
  const wanted = [grant('system', 'bob', 'auditor'), grant('system', 'eve', 'operator')];
  const present = [grant('system', 'ann', 'operator'), grant('system', 'eve', 'operator')];
  const settings = (fields: Fields): Item => ({
    kind: 'settings',
    place: 'system',
    name: 'settings',
    fields,
  });
  const on = { read_only: true, separation_of_duties: true, session_timeout: 5 };
  const off = { read_only: false, separation_of_duties: false, session_timeout: 6 };
  const all = configuration([settings(on), ...wanted], ofSystem, ofGroups);
  assert.deepEqual(planned(all, [settings(off), group, ...present], { prune: true }), [
    'change settings session_timeout',
    'remove system: grant ann operator',
    'add system: grant bob auditor',
    'remove group makers',
    'change settings read_only separation_of_duties',
  ]);
  const back = configuration([settings(off)]);
  assert.deepEqual(planned(back, [settings(on)]), [
    'change settings read_only separation_of_duties session_timeout',
  ]);
});
