/** Image-spec, "Whiteouts": what a layer takes away has its name behind this. */
export const whiteoutPrefix = '.wh.';
export const opaqueName = '.wh..wh..opq';

/**
 * Where an entry of that name is, below the root of the image, without a slash at either end; empty: the root itself.
 * Undefined: it leads out of the image, which nobody who unpacks a layer follows.
 */
export function entryPath(name: string): string | undefined {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts.join('/');
}

export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
