/** What the server shows of an artifact beside its row, by the last part of its address. */
export const additions = {
  readme: 'readme.md',
  values: 'values.yaml',
  dependencies: 'dependencies',
  files: 'files',
  license: 'license',
  sbom: 'sbom',
} as const;

export type AdditionPart = keyof typeof additions;

const parts = Object.keys(additions) as AdditionPart[];

/** Those that an artifact has, as its row says. */
export function additionsOf(links: object | undefined): readonly AdditionPart[] {
  return parts.filter((part) => Object.hasOwn(links ?? {}, additions[part]));
}

export interface FlatFile {
  readonly path: string;
  readonly size: number;
}

/** The files of a tree by their whole paths; what has no name is none. */
export function flatFiles(tree: unknown, above = ''): readonly FlatFile[] {
  if (!Array.isArray(tree)) return [];
  return tree.flatMap((node: unknown) => {
    if (typeof node !== 'object' || node === null || !('name' in node)) return [];
    const path = `${above}${String(node.name)}`;
    if ('children' in node) return flatFiles(node.children, `${path}/`);
    return [{ path, size: 'size' in node && typeof node.size === 'number' ? node.size : 0 }];
  });
}
