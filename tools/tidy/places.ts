// Where a file stands: its floor, its folder on that floor, and what a specifier in it points at.

import { posix } from 'node:path';
import { accessTiers, contentTiers } from './policy.ts';
import { isCode, type SourceFile } from './source-file.ts';

export type Floor =
  | 'lib'
  | 'platform'
  | 'access'
  | 'content'
  | 'oci'
  | 'features'
  | 'app'
  | 'cli'
  | 'main'
  | 'testing'
  | 'unknown';

export type Place = {
  path: string;
  floor: Floor;
  /** The folder on the floor, or the name of a file that lies beside the folders. */
  folder: string;
  /** The second-level folder as a path (`src/content/tags`); a lone file stands for itself. */
  unit: string;
};

const ranks: Record<Floor, number> = {
  lib: 1,
  platform: 2,
  access: 3,
  content: 4,
  oci: 5,
  features: 5,
  app: 6,
  cli: 6,
  main: 6,
  testing: 7,
  unknown: 7,
};

/** What opens and wires everything else. */
const compositionFiles = [
  'src/app.ts',
  'src/archives.ts',
  'src/import-from-distribution.ts',
  'src/offline.ts',
  'src/open-base.ts',
  'src/background-work.ts',
  'src/housekeeping.ts',
  'src/rest-features.ts',
  'src/sign-ins.ts',
];

const folderFloors = new Set(['lib', 'platform', 'access', 'content', 'features', 'cli', 'oci', 'testing']);

export function placeOf(path: string): Place {
  const [, first = '', second = ''] = path.split('/');
  if (!path.startsWith('src/')) return { path, floor: 'unknown', folder: '', unit: path };
  if (path === 'src/main.ts') return { path, floor: 'main', folder: '', unit: path };
  if (compositionFiles.includes(path)) return { path, floor: 'app', folder: '', unit: path };
  if (!folderFloors.has(first) || second === '') return { path, floor: 'unknown', folder: '', unit: path };
  // A feature is a folder, never a lone file.
  if (first === 'features' && second.endsWith('.ts'))
    return { path, floor: 'unknown', folder: '', unit: path };
  const floor = first as Floor;
  const unit = floor === 'oci' || floor === 'testing' ? `src/${first}` : `src/${first}/${second}`;
  return { path, floor, folder: second, unit };
}

export function rankOf(place: Place): number {
  return ranks[place.floor];
}

/** Position of a folder among the tiers of its floor; -1 for a folder that no tier names. */
export function tierOf(place: Place): number {
  const tiers = place.floor === 'access' ? accessTiers : contentTiers;
  return tiers.findIndex((tier) => tier.includes(place.folder));
}

export function isLoneFile(place: Place): boolean {
  return place.folder.endsWith('.ts');
}

export function isTest(path: string): boolean {
  return /\.(?:test|contract)\.ts$/.test(path);
}

export function isTestSupport(path: string): boolean {
  return path.endsWith('.testing.ts') || path.split('/').includes('testing');
}

export function isTestCode(path: string): boolean {
  return isTest(path) || isTestSupport(path) || path.startsWith('test/');
}

export function matchesAny(path: string, globs: readonly string[]): boolean {
  return globs.some((glob) => posix.matchesGlob(path, glob));
}

export function isRelative(specifier: string): boolean {
  return /^\.\.?(?:\/|$)/.test(specifier);
}

export function resolveRelative(from: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(from), specifier));
}

/** `node:fs/promises` → `fs`, `@a/b/c` → `@a/b`, `kysely/helpers` → `kysely`. */
export function packageOf(specifier: string): string {
  const parts = specifier.replace(/^node:/, '').split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

/** The files of `src` that ship: code, and not for tests. */
export function productFiles(files: SourceFile[]): SourceFile[] {
  return files.filter((file) => file.path.startsWith('src/') && isCode(file) && !isTestCode(file.path));
}
