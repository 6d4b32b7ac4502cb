import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { build } from './build.ts';

const folder = mkdtempSync(join(tmpdir(), 'berth-test-'));
after(() => rmSync(folder, { recursive: true }));

function contentOf(of: string): Map<string, string> {
  const files = readdirSync(of, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  return new Map(files.toSorted().map((name) => [name, readFileSync(join(of, name), 'utf8')]));
}

test('two builds of the same source are the same bytes', async () => {
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  await build(first);
  await build(second);
  assert.ok(contentOf(first).size > 10);
  assert.deepEqual(contentOf(first), contentOf(second));
});

test('a bundle needs no package, and names those that are in it with their licences', async () => {
  const bundle = join(folder, 'bundle');
  await build(bundle);
  const imported = [...contentOf(bundle).values()].flatMap((text) =>
    [...text.matchAll(/^(?:import|export) .*?from "([^"]+)";$/gm)].map((match) => match[1] ?? ''),
  );
  assert.ok(imported.length > 10);
  assert.deepEqual(
    imported.filter((name) => !/^\.{1,2}\//.test(name) && !isBuiltin(name)),
    [],
  );
  const licences = readFileSync(join(bundle, 'LICENSES.txt'), 'utf8');
  for (const name of [
    'fastify',
    'kysely',
    'pino',
    'pg',
    'yaml',
    'commander',
    'react',
    '@tanstack/react-query',
  ])
    assert.match(licences, new RegExp(`^${name} \\d+\\.`, 'm'));
});

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly unknown[];
}

test('the bill of materials lists every run-time dependency with version and licence, the same in each build', async () => {
  const [bundle, again] = [join(folder, 'listed'), join(folder, 'listed-again')];
  await build(bundle);
  await build(again);
  const text = readFileSync(join(bundle, 'sbom.cdx.json'), 'utf8');
  assert.equal(text, readFileSync(join(again, 'sbom.cdx.json'), 'utf8'));
  const bill = JSON.parse(text) as { bomFormat: string; components: Component[] };
  assert.equal(bill.bomFormat, 'CycloneDX');
  const repository = join(import.meta.dirname, '../..');
  const own = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>;
  };
  const shown = JSON.parse(readFileSync(join(repository, 'web/package.json'), 'utf8')) as typeof own;
  for (const [name, version] of Object.entries({ ...own.dependencies, ...shown.dependencies })) {
    const found = bill.components.find((component) => component.name === name);
    assert.equal(found?.version, version, name);
    assert.equal(found.licenses?.length, 1, name);
  }
  assert.ok(
    bill.components.some(({ name }) => /^node-(?:linux|darwin|bin)/.test(name)),
    'Node is not listed',
  );
  assert.deepEqual(
    bill.components.filter(({ name }) => name === 'typescript' || name === 'rolldown' || name === 'axe-core'),
    [],
  );
});
