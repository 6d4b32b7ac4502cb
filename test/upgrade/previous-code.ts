import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../harness/berth-command.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

/** An earlier commit's code, which servers can be started from. */
export interface PreviousCode {
  readonly commit: string;
  readonly launcher: string;
}

/**
 * The code that a registry of today may still run: the newest tag of a release in this history; while there is none, the
 * parent of the newest commit that added a step of the schema; or what BERTH_TEST_PREVIOUS names.
 */
export function previousCode(): PreviousCode {
  const commit = git('rev-parse', '--short', `${process.env['BERTH_TEST_PREVIOUS'] ?? chosen()}^{commit}`);
  const folder = join(temporaryFolder(), 'previous');
  mkdirSync(folder);
  const archive = execFileSync('git', ['-C', root, 'archive', commit], { maxBuffer: 1 << 30 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  const [then, now] = [folder, root].map(runTimePackages);
  if (then === now) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  else execFileSync('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit'], { cwd: folder });
  return { commit, launcher: join(folder, 'bin', 'berth') };
}

function chosen(): string {
  const tag = git('tag', '--list', 'v*', '--merged', 'HEAD', '--no-contains', 'HEAD', '--sort=-v:refname');
  if (tag !== '') return tag.split('\n')[0] ?? '';
  const added = git('log', '--diff-filter=A', '--format=%H', '-1', '--', 'src/platform/db/migrations/*.ts');
  const [, parent] = git('rev-list', '--parents', '-1', added === '' ? 'HEAD' : added).split(' ');
  if (parent !== undefined) return parent;
  throw new Error(
    'the history has no earlier code to upgrade from, as in a shallow clone: run git fetch --unshallow --tags, ' +
      'or name a commit in BERTH_TEST_PREVIOUS',
  );
}

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' }).trim();
}

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

/** What a server needs, with versions; tools for developing may differ. */
function runTimePackages(folder: string): string {
  const text = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as { packages: Record<string, Locked> };
  return Object.entries(packages)
    .filter(([path, { dev, link }]) => path.startsWith('node_modules/') && dev !== true && link !== true)
    .map(([path, { version }]) => `${path} ${version ?? ''}`)
    .join('\n');
}
