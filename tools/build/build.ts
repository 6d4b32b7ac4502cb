// Bundles the program and its dependencies into `dist/`: what a release ships. Run by `npm run build`.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';
import { buildConsole } from './build-console.ts';

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
  const chunks = [
    ...output.filter((part) => part.type === 'chunk'),
    ...(await buildConsole(join(folder, 'console'))),
  ];
  writeFileSync(join(folder, 'LICENSES.txt'), licences(chunks));
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(billOfMaterials(), undefined, 2)}\n`);
}

interface Bill {
  readonly metadata: { readonly component: object };
  readonly components: readonly {
    readonly purl?: string;
    readonly name: string;
    readonly 'bom-ref': string;
  }[];
  readonly dependencies: readonly { readonly ref: string }[];
}

/** What Berth brings along, in the format CycloneDX, by npm; without what is another at each run. */
function billOfMaterials(): object {
  const { metadata, ...bill } = billOf('--workspaces=false');
  const shown = billOf('--workspace=berth-console');
  // The console is a part of Berth itself; what is in it is brought along.
  const more = shown.components.filter(
    (each) => !bill.components.some((own) => own['bom-ref'] === each['bom-ref']),
  );
  const refs = new Set(more.map((each) => each['bom-ref']));
  // npm says the folder's name, the time and a number of its own.
  const component = { ...metadata.component, type: 'application', name: 'berth' };
  return {
    ...bill,
    components: [...bill.components, ...more],
    dependencies: [...bill.dependencies, ...shown.dependencies.filter(({ ref }) => refs.has(ref))],
    serialNumber: undefined,
    metadata: { component },
  };
}

function billOf(workspaces: string): Bill {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', workspaces];
  return JSON.parse(execFileSync('npm', args, { cwd: repository, encoding: 'utf8' })) as Bill;
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
