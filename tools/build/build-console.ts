// Bundles the console of `web/` into `dist/console/`: files whose names change with their content, compressed once. Run by
// `npm ci` (prepare) and `npm start`, which do it only where something has changed, and by `npm run build`.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { OutputChunk, Plugin } from 'rolldown';
import { expressionOf, inOrder } from '../../web/src/ui/navigation/match.ts';

const repository = resolve(import.meta.dirname, '../..');
const sources = join(repository, 'web', 'src');

/** The parts of the bundle, for whoever lists the licences of what is in it. */
export async function buildConsole(folder: string): Promise<readonly OutputChunk[]> {
  // Not loaded where nothing has to be built: an installation without it starts all the same.
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    cwd: repository,
    input: { main: 'web/src/main.tsx' },
    platform: 'browser',
    transform: { jsx: { runtime: 'automatic' }, define: { 'process.env.NODE_ENV': '"production"' } },
    plugins: [pagesPlugin()],
    onLog(level, log) {
      // Marks for another kind of bundler.
      if (level === 'warn' && log.code !== 'MODULE_LEVEL_DIRECTIVE')
        throw new Error(`a warning of the bundler: ${log.message}`);
    },
  });
  const { output } = await bundle.generate({
    format: 'esm',
    minify: true,
    entryFileNames: '[name]-[hash].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups },
    // Chromium then compiles a script on another thread while it comes, and not function by function when each is called: of
    // the time until a page on a slow processor can be used that is a tenth. The other browsers leave it unread.
    postBanner: '//# allFunctionsCalledOnLoad\n',
  });
  await bundle.close();
  const chunks = output.filter((part) => part.type === 'chunk');
  writeAll(folder, chunks, await scriptsOfPages(chunks), await firstScript());
  return chunks;
}

/** What stands in the page itself, before any file is asked for: of the modules of pages only what they ask first. */
async function firstScript(): Promise<string> {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    cwd: repository,
    input: 'web/src/shell/ahead/ask-first.ts',
    platform: 'browser',
    treeshake: { moduleSideEffects: (id) => id.endsWith('/ask-first.ts') },
    plugins: [pagesPlugin()],
  });
  const { output } = await bundle.generate({ format: 'iife', minify: true });
  await bundle.close();
  const [{ code }, ...others] = output;
  if (others.length > 0 || /<\/script|<!--/i.test(code))
    throw new Error('the first script cannot stand in a page');
  return code.trim();
}

/** Each further file of a page is one more that a browser waits for: what pages share is in few. */
const groups = [
  // Of the two that every page has: a browser compiles them side by side.
  { name: 'libraries', test: /\/node_modules\/(?!@lezer\/)/ },
  // Comes with the shell, which names all pages; the reader of Markdown with the page that shows some.
  {
    name: 'shared',
    test: /\/web\/src\/(?:(?:api|ui)\/(?!markdown\/)|pages\/[\w-]+\/(?:text|ahead)\.ts$)/,
  },
  {
    name: (id: string) => `${/\/src\/pages\/([\w-]+)\//.exec(id)?.[1] ?? ''}-parts`,
    debugName: 'parts',
    test: /\/web\/src\/pages\/.*\.tsx?$/,
    minShareCount: 2,
  },
];

/** Writes every `page.ts` into the list of pages, and every `ahead.ts` into that of questions, which have none in the source. */
function pagesPlugin(): Plugin {
  const lists = new Map([
    [join(sources, 'shell', 'all-pages.ts'), () => listModule('page.ts', 'pages')],
    [join(sources, 'shell', 'ahead', 'all-ahead.ts'), () => listModule('ahead.ts', 'ahead')],
  ]);
  return { name: 'berth:pages', load: (id) => lists.get(id)?.() };
}

/** Of all folders of pages. */
function filesOfPages(name: string): string[] {
  return filesBelow(join(sources, 'pages')).filter((file) => basename(file) === name);
}

interface PageScripts {
  /** A regular expression of paths. */
  readonly pattern: string;
  /** Beside those that every page has. */
  readonly scripts: readonly string[];
}

/** What the page of an address is made of, so that the server can name it before any script asks for it. */
async function scriptsOfPages(chunks: readonly OutputChunk[]): Promise<readonly PageScripts[]> {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const entry = chunks.find(({ isEntry }) => isEntry);
  const always = importsOf(entry, byName);
  const pages: { readonly path: string; readonly module: string }[] = [];
  for (const file of filesOfPages('page.ts')) {
    const declared = (await import(file)) as {
      readonly pages: readonly { path: string; load: () => unknown }[];
    };
    for (const { path, load } of declared.pages) {
      const [, part = ''] = /import\((["'])(.+?)\1\)/.exec(load.toString())?.slice(1) ?? [];
      pages.push({ path, module: join(dirname(file), part) });
    }
  }
  return inOrder(pages).map(({ path, module }) => {
    const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId === module);
    if (chunk === undefined) throw new Error(`${path} loads no part of its own: ${module}`);
    const scripts = [chunk.fileName, ...importsOf(chunk, byName)].filter(
      (name) => name !== entry?.fileName && !always.has(name),
    );
    return { pattern: expressionOf(path), scripts };
  });
}

function importsOf(
  chunk: OutputChunk | undefined,
  byName: ReadonlyMap<string, OutputChunk>,
  found = new Set<string>(),
): Set<string> {
  for (const name of chunk?.imports ?? []) {
    if (found.has(name)) continue;
    found.add(name);
    importsOf(byName.get(name), byName, found);
  }
  return found;
}

function listModule(file: string, name: string): string {
  const files = filesOfPages(file);
  const imports = files.map((path, at) => `import { ${name} as p${at} } from ${JSON.stringify(path)};`);
  return `${imports.join('\n')}\nexport const ${name} = [${files.map((_, at) => `...p${at}`).join(', ')}];\n`;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

function writeAll(
  folder: string,
  chunks: readonly OutputChunk[],
  pages: readonly PageScripts[],
  first: string,
): void {
  const made = `${folder}.new-${process.pid}`;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(join(made, 'assets'), { recursive: true });
  const files: string[] = [];
  const write = (name: string, content: Buffer): string => {
    writeFileSync(join(made, 'assets', name), content);
    if (!name.endsWith('.woff2')) writeCompressed(join(made, 'assets', name), content);
    files.push(name);
    return name;
  };
  for (const { fileName, code } of chunks) write(fileName, Buffer.from(code));
  const style = write(...hashed('style.css', Buffer.from(styleSheet())));
  write(...hashed('icon.svg', readFileSync(join(sources, 'icon.svg'))));
  const entry = chunks.find(({ isEntry }) => isEntry);
  if (entry === undefined) throw new Error('the bundler made no entry');
  const manifest = {
    entry: entry.fileName,
    first,
    preload: entry.imports,
    pages,
    style,
    files,
    sources: sourcesHash(),
  };
  writeFileSync(join(made, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(made, folder);
}

function writeCompressed(path: string, content: Buffer): void {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}

function hashed(name: string, content: Buffer): [name: string, content: Buffer] {
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 8);
  return [name.replace(/\.(\w+)$/, `-${hash}.$1`), content];
}

const layers = '@layer reset, tokens, ui, shell, pages;';

/** Every style sheet in one: cascade layers give the order, not the place of a rule. */
function styleSheet(): string {
  const sheets = filesBelow(sources).filter((file) => file.endsWith('.css'));
  return [layers, ...sheets.map((file) => readFileSync(file, 'utf8'))]
    .join('\n')
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([{};,]) ?/g, '$1');
}

/** Of everything that the result depends on. */
function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const file of [import.meta.filename, join(repository, 'package-lock.json'), ...filesBelow(sources)])
    hash.update(relative(repository, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function isCurrent(folder: string): boolean {
  try {
    const text = readFileSync(join(folder, 'manifest.json'), 'utf8');
    return (JSON.parse(text) as { readonly sources?: string }).sources === sourcesHash();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

/** Where it cannot be built the server runs all the same: the page then says what to do. */
async function buildWherePossible(folder: string): Promise<void> {
  if (isCurrent(folder)) return;
  try {
    mkdirSync(resolve(folder, '..'), { recursive: true });
    await buildConsole(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!['ERR_MODULE_NOT_FOUND', 'EACCES', 'EROFS', 'EPERM'].includes(code)) throw error;
    const why =
      code === 'ERR_MODULE_NOT_FOUND'
        ? 'the packages to build it with are missing'
        : 'the folder is read-only';
    console.error(`the console was not built, since ${why}: run npm ci where it may write`);
  }
}

if (import.meta.main) {
  const folder = join(repository, 'dist', 'console');
  if (process.argv.includes('--where-possible')) await buildWherePossible(folder);
  else await buildConsole(folder);
}
