import { posix } from 'node:path';

/** A name as it is looked up; undefined for one that leads out of the archive, or to nothing in it. */
export function insideArchive(name: string): string | undefined {
  if (name.startsWith('/') || name.includes('\0')) return undefined;
  const parts = name.split('/');
  if (parts.includes('..')) return undefined;
  const clean = parts.filter((part) => part !== '' && part !== '.').join('/');
  return clean === '' ? undefined : clean;
}

/** What a link stands for: a symbolic one counts from its own folder, a hard one from the archive's root. */
export function targetOf(name: string, target: string, symbolic: boolean): string | undefined {
  if (target === '' || target.startsWith('/')) return undefined;
  const path = symbolic ? posix.join(posix.dirname(name), target) : posix.normalize(target);
  return insideArchive(path);
}
