// Imports go down only. Each function answers why an import is not allowed, or nothing.

import { isLoneFile, matchesAny, type Place, rankOf, tierOf } from './places.ts';
import { baseFiles, platformPairs, threadModules } from './policy.ts';

export type Import = { from: Place; to: Place; typeOnly: boolean; dynamic: boolean };

const cliMayImport = [
  'src/app.ts',
  'src/archives.ts',
  'src/import-from-distribution.ts',
  'src/offline.ts',
  'src/cli/**',
  'src/lib/**',
  'src/platform/config/**',
  'src/platform/log/**',
];
const mainMayImport = [
  'src/cli/**',
  'src/lib/**',
  'src/platform/config/**',
  'src/platform/log/**',
  'src/platform/threads/**',
];

export function whyNot(given: Import): string | undefined {
  const { from, to } = given;
  if (from.floor === 'unknown')
    return 'src has the floors lib, platform, access, content, oci, features, cli: move the file onto one';
  if (to.floor === 'unknown') return 'the imported file is on no floor: move it onto one';
  if (from.floor === 'lib')
    return to.floor === 'lib' ? undefined : 'lib imports lib only: pass the value as an argument';
  if (from.floor === 'platform') return whyNotPlatform(given);
  if (from.floor === 'access' || from.floor === 'content') return whyNotTier(from, to);
  if (from.floor === 'oci' || from.floor === 'features') return whyNotFront(from, to);
  if (from.floor === 'cli')
    return whyNotListed(
      to,
      cliMayImport,
      'src/app.ts, src/archives.ts, src/import-from-distribution.ts, src/offline.ts, src/cli, src/lib, platform/config and platform/log',
    );
  if (from.floor === 'main') return whyNotMain(given);
  return undefined;
}

function whyNotPlatform({ from, to, typeOnly }: Import): string | undefined {
  if (to.floor === 'lib') return undefined;
  if (to.floor !== 'platform') return 'platform is below: take the value as an argument or a port';
  if (from.unit === to.unit || isLoneFile(to) || to.folder === 'log' || to.folder === 'metrics')
    return undefined;
  if (to.folder === 'config')
    return typeOnly ? undefined : 'platform imports types of config only: take the values as an argument';
  if (platformPairs.some(([low, high]) => low === from.folder && high === to.folder)) return undefined;
  return `platform/${from.folder} may not import platform/${to.folder}: add the pair to platformPairs in policy.ts, or take it as an argument`;
}

function whyNotTier(from: Place, to: Place): string | undefined {
  if (rankOf(to) < rankOf(from)) return undefined;
  if (to.floor !== from.floor)
    return `${from.floor} is below ${to.floor}: fill a port in app.ts, or append an event`;
  if (from.unit === to.unit || baseFiles.includes(to.path)) return undefined;
  if (baseFiles.includes(from.path))
    return 'this file lies below the folders of its floor: import from lower floors only';
  if (isLoneFile(from)) return undefined;
  if (isLoneFile(to))
    return `${to.path} lies above the folders of ${to.floor}: take what you need as an argument, or name it in baseFiles of policy.ts`;
  const [low, high] = [tierOf(to), tierOf(from)];
  if (low === -1 || high === -1) return 'the folder has no tier: add it to policy.ts';
  return low < high
    ? undefined
    : `${to.unit} is not below ${from.unit}: move the shared part down, or turn the import round`;
}

function whyNotFront(from: Place, to: Place): string | undefined {
  if (rankOf(to) < rankOf(from)) return undefined;
  if (to.floor !== 'oci' && to.floor !== 'features')
    return `${from.floor} is below ${to.floor}: take it as a dependency`;
  if (from.unit === to.unit) return undefined;
  if (from.floor === to.floor)
    return 'features do not know each other: move the shared noun to content, or append an event';
  return `${from.floor} and ${to.floor} stand side by side: go through content or a port`;
}

function whyNotMain({ to, dynamic }: Import): string | undefined {
  if (dynamic && matchesAny(to.path, threadModules)) return undefined;
  const list =
    'src/cli, src/lib, platform/config, platform/log, platform/threads and, dynamically, *-thread.ts';
  return whyNotListed(to, mainMayImport, list);
}

function whyNotListed(to: Place, globs: readonly string[], list: string): string | undefined {
  return matchesAny(to.path, globs) ? undefined : `only ${list} may be imported here`;
}
