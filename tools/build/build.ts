// Bundles the program and its dependencies into `dist/`: what a release ships. Run by `npm run build`.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';

const repository = resolve(import.meta.dirname, '../..');

/** The same source gives the same bytes. */
export async function build(folder: string): Promise<void> {
  const bundle = await rolldown({
    cwd: repository,
    input: { main: 'src/main.ts' },
    platform: 'node',
    // Loaded by `pg` where somebody has installed it, which nobody has.
    external: ['pg-native'],
    onLog(level, log) {
      if (level === 'warn') throw new Error(`a warning of the bundler: ${log.message}`);
    },
  });
  rmSync(folder, { recursive: true, force: true });
  const { output } = await bundle.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  });
  await bundle.close();
  writeFileSync(join(folder, 'LICENSES.txt'), licences(output.filter((part) => part.type === 'chunk')));
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(billOfMaterials(), undefined, 2)}\n`);
}

interface Bill {
  readonly metadata: { readonly component: object };
}

/** What Berth brings along, in the format CycloneDX, by npm; without what is another at each run. */
function billOfMaterials(): object {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--workspaces=false'];
  const written = execFileSync('npm', args, { cwd: repository, encoding: 'utf8' });
  const { metadata, ...bill } = JSON.parse(written) as Bill;
  // npm says the folder's name, the time and a number of its own.
  const component = { ...metadata.component, type: 'application', name: 'berth' };
  return { ...bill, serialNumber: undefined, metadata: { component } };
}

/** The packages whose code is in the bundle ask for their notices to go with it. */
function licences(chunks: readonly OutputChunk[]): string {
  const inside = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//;
  const packages = new Map<string, string>();
  for (const id of chunks.flatMap((chunk) => chunk.moduleIds)) {
    const [, folder, name] = inside.exec(id) ?? [];
    if (folder !== undefined && name !== undefined) packages.set(folder, name);
  }
  const notices = [...packages].map(([folder, name]) => noticeOf(folder, name));
  return `${[...new Set(notices)].toSorted().join('\n\n')}\n`;
}

function noticeOf(folder: string, name: string): string {
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Readonly<
    Record<string, string>
  >;
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), 'utf8').trim();
  return `${name} ${version}\n\n${text}`;
}

if (import.meta.main) await build(join(repository, 'dist'));
