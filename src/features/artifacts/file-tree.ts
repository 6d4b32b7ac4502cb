import { type Json, parseRecord, textIn } from '../../lib/oci/json.ts';

export interface FileNode {
  readonly name: string;
  readonly type: 'file' | 'directory';
  readonly size: number;
  readonly children?: FileNode[];
}

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: Map<string, number>;
}

/** Deeper paths are cut there. */
const maxDepth = 64;

/** The files of a model by the paths that its layers name, directories first. */
export function fileTree(layers: readonly Json[]): FileNode[] {
  const root: Folder = { folders: new Map(), files: new Map() };
  for (const layer of layers) {
    const parts = pathOfLayer(layer)
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .slice(0, maxDepth);
    const name = parts.pop();
    if (name === undefined) continue;
    let folder = root;
    for (const part of parts) {
      const next: Folder = folder.folders.get(part) ?? { folders: new Map(), files: new Map() };
      folder.folders.set(part, next);
      folder = next;
    }
    folder.files.set(name, sizeOf(layer));
  }
  return nodesOf(root);
}

/** ModelPack, "Annotations". */
export function pathOfLayer(layer: Json): string {
  const annotations = layer['annotations'];
  return (
    textIn(annotations, 'org.cncf.model.filepath') ?? textIn(annotations, 'org.cnai.model.filepath') ?? ''
  );
}

function sizeOf(layer: Json): number {
  const text = textIn(layer['annotations'], 'org.cncf.model.file.metadata+json');
  const told = text === undefined ? undefined : parseRecord(Buffer.from(text))?.['size'];
  const size = typeof told === 'number' ? told : layer['size'];
  return typeof size === 'number' ? size : 0;
}

function nodesOf({ folders, files }: Folder): FileNode[] {
  const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
    a < b ? -1 : Number(a > b);
  return [
    ...[...folders].toSorted(byName).map(([name, folder]): FileNode => {
      const children = nodesOf(folder);
      return { name, type: 'directory', size: children.reduce((sum, each) => sum + each.size, 0), children };
    }),
    ...[...files].toSorted(byName).map(([name, size]): FileNode => ({ name, type: 'file', size })),
  ];
}
