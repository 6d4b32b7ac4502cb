import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from '../../ui/navigation/page.ts';
import { findHarborPage } from '../harbor/find-harbor-page.ts';
import { harborRoutes } from '../harbor/harbor-routes.ts';
import { harborNames } from './harbor-names.ts';
import { otherWords } from './other-words.ts';
import { findHarborNames, findInProjects, findPages, type Reader } from './page-entries.ts';

const folder = join(import.meta.dirname, '../../pages');
const pages: Page[] = [];
for (const file of globSync('*/page.ts', { cwd: folder })) {
  const module = (await import(join(folder, file))) as { readonly pages: readonly Page[] };
  pages.push(...module.pages);
}

const admin: Reader = { language: 'en', signedIn: true, isAdministrator: true, path: '/' };
const guest: Reader = { ...admin, isAdministrator: false };
const say = (name: string): string => `Harbor: ${name}`;
const names = (reader: Reader, words: string) =>
  findHarborNames(pages, reader, { words, say }).map(({ to, detail }) => `${to} ${detail}`);

test('a page is found by its name in either language, and told in the one of now', () => {
  assert.deepEqual(
    findPages(pages, admin, '回收').map(({ to, label }) => [to, label]),
    [
      ['/storage/trash', 'Trash'],
      ['/storage/gc', 'Garbage collection'],
    ],
  );
  assert.deepEqual(
    findPages(pages, { ...admin, language: 'zh' }, 'trash').map(({ label }) => label),
    ['回收站'],
  );
});

test('pages of administrators and tabs of a project are for where they are', () => {
  assert.ok(findPages(pages, admin, 'people').some(({ to }) => to === '/access/people'));
  assert.deepEqual(findPages(pages, guest, 'people'), []);
  assert.deepEqual(
    findPages(pages, { ...guest, path: '/p/pay/r/api' }, 'webhooks').map(({ to, detail }) => [to, detail]),
    [['/p/pay/webhooks', 'pay']],
  );
  assert.deepEqual(findPages(pages, { ...guest, signedIn: false }, 'trash'), []);
});

test('a page is found by what else it is called, behind those that are named so', () => {
  const to = (reader: Reader, words: string) => findPages(pages, reader, words).map((page) => page.to);
  for (const [words, page] of [
    ['gc', '/storage/gc'],
    ['清理', '/storage/gc'],
    ['disk', '/storage'],
    ['磁盘', '/storage'],
    ['undo', '/batches'],
    ['撤销', '/storage/trash'],
    ['restore', '/storage/trash'],
    ['permissions', '/access/explain'],
    ['权限', '/access/explain'],
  ] as const)
    assert.ok(to(admin, words).includes(page), words);
  assert.equal(to(admin, 'trash')[0], '/storage/trash');
  assert.ok(!to(guest, 'gc').includes('/storage/gc'));
  // In the middle of a word nothing is called so.
  assert.deepEqual(to(admin, 'isk'), []);
  const inProject = { ...guest, path: '/p/pay' };
  assert.ok(to(inProject, 'who').includes('/p/pay/access/who'));
  assert.ok(to(inProject, '成员').includes('/p/pay/access'));
  assert.ok(!to(inProject, 'who').includes('/p/pay/r/api/-/access'));
  assert.ok(to({ ...guest, path: '/p/pay/r/api' }, 'who').includes('/p/pay/r/api/-/access'));
});

test('what every project has leads to the list of projects, where none is open', () => {
  const ways = (path: string, words: string) =>
    findInProjects(pages, { ...guest, path }, { words, inProject: 'in a project' }).map(
      ({ to, label, detail }) => [to, label, detail],
    );
  assert.deepEqual(ways('/', 'members'), [['/p', 'Access', 'in a project']]);
  assert.deepEqual(ways('/', 'who'), [['/p', 'Who may do what', 'in a project']]);
  assert.deepEqual(ways('/p/pay', 'members'), []);
  assert.deepEqual(ways('/', 'zzz'), []);
});

test('each page that is also called something is there', () => {
  const paths = pages.map(({ path }) => path);
  assert.deepEqual(
    Object.keys(otherWords).filter((path) => !paths.includes(path)),
    [],
  );
  for (const words of Object.values(otherWords))
    for (const word of words) assert.equal(word, word.toLowerCase());
});

test('Harbor’s names lead to the page of here, for who may open it', () => {
  assert.deepEqual(names(admin, 'job service'), ['/jobs Harbor: Job Service Dashboard']);
  assert.deepEqual(names(admin, '任务中心'), ['/jobs Harbor: Job Service Dashboard']);
  assert.deepEqual(names(guest, 'robot acc'), ['/p Harbor: Project Robot Accounts']);
  assert.deepEqual(names({ ...guest, path: '/p/pay' }, 'tag retention'), [
    '/p/pay/retention Harbor: Tag Retention',
  ]);
  assert.deepEqual(names(guest, 'clean up'), []);
});

test('each of Harbor’s names is of an address of its portal', () => {
  const paths = pages.map(({ path }) => path);
  for (const { path } of harborNames) {
    assert.ok(
      harborRoutes.some((route) => route.path === path),
      path,
    );
    assert.ok(findHarborPage(paths, path.replace(':id', '1')) !== undefined, path);
  }
});
