import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededChance } from '../lib/chance.testing.ts';
import { AppError } from '../lib/errors.ts';
import { parseRepositoryName } from '../lib/oci/repository-name.ts';
import { parseReference } from '../lib/oci/tag.ts';
import { findOperation, type OperationName } from './find-operation.ts';

const digest = `sha256:${'a'.repeat(64)}`;

function found(path: string): readonly [OperationName, string, string] | undefined {
  const result = findOperation(path);
  return result === undefined ? undefined : [result.operation, result.name, result.target];
}

function refusedAs(code: string, what: () => unknown): void {
  assert.throws(what, (error) => error instanceof AppError && error.code === code);
}

/** The address of an operation, as clients write it. */
function addressOf(operation: OperationName, name: string, target: string): string {
  switch (operation) {
    case 'manifests':
      return `${name}/manifests/${target}`;
    case 'blobs':
      return `${name}/blobs/${target}`;
    case 'uploads':
      return `${name}/blobs/uploads/`;
    case 'upload':
      return `${name}/blobs/uploads/${target}`;
    case 'tags':
      return `${name}/tags/list`;
    case 'referrers':
      return `${name}/referrers/${target}`;
  }
}

test('every address of the API is found, with its name and what it is about', () => {
  assert.deepEqual(found('p1/app/manifests/latest'), ['manifests', 'p1/app', 'latest']);
  assert.deepEqual(found(`p1/app/manifests/${digest}`), ['manifests', 'p1/app', digest]);
  assert.deepEqual(found(`p1/app/blobs/${digest}`), ['blobs', 'p1/app', digest]);
  assert.deepEqual(found('p1/app/blobs/uploads/'), ['uploads', 'p1/app', '']);
  assert.deepEqual(found('p1/app/blobs/uploads/4f-x_1'), ['upload', 'p1/app', '4f-x_1']);
  assert.deepEqual(found('p1/app/tags/list'), ['tags', 'p1/app', '']);
  assert.deepEqual(found('nginx/tags/list'), ['tags', 'nginx', '']);
  assert.deepEqual(found('a/b/c/d/manifests/1'), ['manifests', 'a/b/c/d', '1']);
});

test('an upload may be started without the slash at the end', () => {
  assert.deepEqual(found('p1/app/blobs/uploads'), ['uploads', 'p1/app', '']);
});

test('a name may contain every word of the API, at every place', () => {
  for (const word of ['manifests', 'blobs', 'uploads', 'tags', 'list', 'blobs/uploads', 'tags/list', 'v2'])
    for (const name of [`${word}/app`, `p1/${word}`, `p1/${word}/app`, `${word}/${word}`, `p1/app/${word}`]) {
      assert.deepEqual(found(`${name}/manifests/list`), ['manifests', name, 'list']);
      assert.deepEqual(found(`${name}/blobs/${digest}`), ['blobs', name, digest]);
      assert.deepEqual(found(`${name}/blobs/uploads/`), ['uploads', name, '']);
      assert.deepEqual(found(`${name}/blobs/uploads/x`), ['upload', name, 'x']);
      assert.deepEqual(found(`${name}/tags/list`), ['tags', name, '']);
    }
});

test('a tag may be called like a word of the API', () => {
  for (const tag of ['manifests', 'blobs', 'uploads', 'tags', 'list'])
    assert.deepEqual(found(`p1/app/manifests/${tag}`), ['manifests', 'p1/app', tag]);
});

test('a name that repeats its project is found whole', () => {
  for (const path of ['red-ops/tool/img', 'ops', 'a/ops/b', 'repositories/artifacts', 'x/tags/y']) {
    const result = findOperation(`ops/${path}/manifests/1`);
    const name = parseRepositoryName(result?.name ?? '', '');
    assert.deepEqual([name.project, name.path], ['ops', path]);
  }
});

test('whatever the name and the target are made of, they come back', () => {
  const { pick, whole } = seededChance(9);
  const words = ['manifests', 'blobs', 'uploads', 'tags', 'list', 'a', 'p1', 'x-y', 'referrers'];
  const operations = ['manifests', 'blobs', 'uploads', 'upload', 'tags', 'referrers'] as const;
  for (let round = 0; round < 3000; round += 1) {
    const name = Array.from({ length: 1 + whole(5) }, () => pick(words)).join('/');
    const operation = pick(operations);
    const hasTarget = operation !== 'uploads' && operation !== 'tags';
    // Blobs are named by digest, so there is none called like the uploads beside them.
    const target = hasTarget ? pick(operation === 'blobs' ? [digest, 'x'] : words) : '';
    const address = addressOf(operation, name, target);
    assert.deepEqual(found(address), [operation, name, target], address);
  }
});

test('a name is decoded up to twice, a target once', () => {
  assert.deepEqual(found('p1%2Fapp/manifests/latest'), ['manifests', 'p1/app', 'latest']);
  assert.deepEqual(found('p1/%61pp/manifests/v%31'), ['manifests', 'p1/app', 'v1']);
  assert.deepEqual(found(`p1/app/blobs/${digest.replace(':', '%3A')}`), ['blobs', 'p1/app', digest]);
  assert.deepEqual(found(`p1/app/manifests/${digest.replace(':', '%3a')}`), ['manifests', 'p1/app', digest]);
  assert.deepEqual(found('p1%252Fapp/manifests/v%2531'), ['manifests', 'p1/app', 'v%31']);
  assert.deepEqual(found('p1%25252Fapp/manifests/v1'), ['manifests', 'p1%2Fapp', 'v1']);
  assert.deepEqual(found('p1/app/tags%2Flist/manifests/1'), ['manifests', 'p1/app/tags/list', '1']);
});

test('a slash that was encoded does not divide the address', () => {
  assert.equal(found('p1/app%2Fmanifests%2Flatest'), undefined);
  assert.equal(found('p1/app/manifests%2Flatest'), undefined);
  assert.deepEqual(found('p1/app/manifests/a%2Fb'), ['manifests', 'p1/app', 'a/b']);
});

test('a plus sign is a plus sign', () => {
  assert.deepEqual(found('p1/app/manifests/a+b'), ['manifests', 'p1/app', 'a+b']);
});

test('what is not validly encoded is refused as NAME_INVALID', () => {
  for (const part of ['%', '%4', '%zz', '%ff', '%c0%af', '%ed%a0%80', 'a%2', '%u0041', '%%41']) {
    for (const operation of ['manifests', 'blobs', 'upload'] as const)
      refusedAs('NAME_INVALID', () => findOperation(addressOf(operation, 'p1/app', part)));
    for (const operation of ['manifests', 'blobs', 'uploads', 'upload', 'tags'] as const)
      refusedAs('NAME_INVALID', () => findOperation(addressOf(operation, `p1/${part}`, 'x')));
  }
});

test('what was hidden by encoding is seen by the checks behind', () => {
  for (const path of [
    'p1/%2e%2e/x',
    '%2e%2e/%2e%2e',
    'p1/%2e',
    'p1%5cx/y',
    'p1/a%00',
    'p1/a%0a',
    'p1/%41',
    'p1//x',
    'p1%2f/x',
  ])
    refusedAs('NAME_INVALID', () => {
      const result = findOperation(`${path}/manifests/latest`);
      return parseRepositoryName(result?.name ?? 'nothing was found', 'library');
    });
  for (const target of ['..', '%2e%2e', '%2e%2e%2fx', 'a%2Fb', 'a%00', 'a%0A', '%20', '%252e'])
    refusedAs('TAG_INVALID', () =>
      parseReference(findOperation(`p1/app/manifests/${target}`)?.target ?? 'none'),
    );
});

test('something that looks like a digest but is none is refused as such, encoded or not', () => {
  const hex = 'a'.repeat(64);
  const broken = [
    'sha256:abc',
    'sha256:',
    `sha256:${'A'.repeat(64)}`,
    `sha256:${hex.slice(1)}`,
    `sha512:${hex}`,
  ];
  for (const reference of [...broken, ':abc', 'sha256%3Aabc', `sha256%3A${hex}%2Fx`, '%3A'])
    refusedAs('DIGEST_INVALID', () =>
      parseReference(findOperation(`p1/app/manifests/${reference}`)?.target ?? 'none'),
    );
});

test('a target with a slash behind it or in it is refused as NAME_INVALID', () => {
  for (const path of [
    `p1/app/manifests/${digest}/x`,
    `p1/app/manifests/${digest}/`,
    'p1/app/manifests/latest/',
    'p1/app/manifests/a/b/c',
    `p1/app/blobs/${digest}/`,
    'p1/app/blobs/uploads/x/y',
    'p1/app/blobs/uploads/x/',
    'p1/app/blobs/uploads//',
    'p1/app/tags/list/',
    'p1/app/tags/',
    'p1/app/tags/latest',
  ])
    refusedAs('NAME_INVALID', () => findOperation(path));
});

test('an address without a target is found, and the target refused', () => {
  assert.deepEqual(found('p1/app/manifests/'), ['manifests', 'p1/app', '']);
  assert.deepEqual(found('p1/app/blobs/'), ['blobs', 'p1/app', '']);
  refusedAs('TAG_INVALID', () => parseReference(''));
});

test('an address without a name is none', () => {
  for (const path of ['manifests/latest', '/manifests/latest', `blobs/${digest}`, `/blobs/${digest}`])
    assert.equal(found(path), undefined, path);
  for (const path of ['/blobs/uploads/', '/blobs/uploads/x', '/blobs/uploads', '/tags/list', 'tags/list'])
    assert.equal(found(path), undefined, path);
});

test('an empty part is left in the name, for the name to be refused', () => {
  for (const [path, name] of [
    ['p1//app/manifests/x', 'p1//app'],
    ['/p1/app/manifests/x', '/p1/app'],
    ['p1/app//manifests/x', 'p1/app/'],
    ['//manifests/x', '/'],
    ['p1/app//tags/list', 'p1/app/'],
  ] as const) {
    assert.equal(findOperation(path)?.name, name);
    refusedAs('NAME_INVALID', () => parseRepositoryName(name, 'library'));
  }
});

test('what is no address of the API is nothing, and no refusal', () => {
  for (const path of [
    '',
    '/',
    'p1',
    'p1/app',
    'p1/app/',
    '_catalog',
    '_oci/ext/discover',
    'p1/app/manifests',
    'p1/tags',
  ])
    assert.equal(found(path), undefined, path);
  assert.equal(found('manifests'), undefined);
  assert.equal(found('p1/app/Manifests/x'), undefined);
  assert.equal(found('p1/app/xmanifests/x'), undefined);
});

test('a list of referrers is found whatever the name is', () => {
  for (const name of ['p1/app', 'p1/blobs/app', 'manifests/app/tags/x', 'referrers/x'])
    assert.deepEqual(found(`${name}/referrers/${digest}`), ['referrers', name, digest], name);
});

test('a long address costs no time and is not repeated whole', () => {
  for (const part of ['a/', '/', '%', 'manifests/', '/tags/', 'blobs/uploads/'])
    try {
      findOperation(part.repeat(10_000));
    } catch (error) {
      assert.ok(error instanceof AppError && error.message.length < 400);
    }
});
