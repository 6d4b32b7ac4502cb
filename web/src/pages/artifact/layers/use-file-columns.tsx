import type { ReactNode } from 'react';
import { Icon } from '../../../ui/show/icon.tsx';
import { Badge, Count, Size } from '../../../ui/show/values.tsx';
import type { Column } from '../../../ui/table/data-table.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { type File, maxFileBytes, type Search, type SetSearch } from './file-list.ts';
import { layerTexts } from './text.ts';

const kinds = { added: 'ok', changed: 'info', removed: 'danger' } as const;

interface Shown {
  readonly search: Search;
  readonly set: SetSearch;
  /** Whole paths, not what is in one folder. */
  readonly flat: boolean;
}

export function useFileColumns(shown: Shown): readonly Column<File>[] {
  const said = useTexts(layerTexts);
  const { view, layer } = shown.search;
  const changes: Column<File> = {
    id: 'change',
    header: said.change,
    cell: ({ change, gone_in: layerOfEnd }) => {
      const kind = change as keyof typeof kinds | undefined;
      if (kind === undefined) return null;
      const text = layerOfEnd === undefined ? said[kind] : said.goneIn(said[kind], String(layerOfEnd));
      return <Badge kind={kinds[kind]}>{text}</Badge>;
    },
  };
  const files: Column<File> = {
    id: 'files',
    header: said.files,
    end: true,
    priority: 2,
    cell: ({ kind, files: count }) => (kind === 'folder' ? <Count value={count} /> : null),
  };
  const from: Column<File> = { id: 'from', header: said.from, end: true, cell: (file) => file.layer };
  const mode: Column<File> = {
    id: 'mode',
    header: said.mode,
    end: true,
    priority: 3,
    cell: (file) => <code className="muted">{file.mode}</code>,
  };
  return [
    { id: 'name', header: said.name, sort: 'name', cell: (file) => <Name file={file} shown={shown} /> },
    ...(layer !== '' || view === 'wasted' ? [changes] : []),
    { id: 'size', header: said.size, sort: '-size', end: true, cell: ({ size }) => <Size bytes={size} /> },
    ...(shown.flat ? [] : [files]),
    ...(layer === '' ? [from] : []),
    ...(layer === '' && view !== 'wasted' ? [mode] : []),
  ];
}

function Name({
  file,
  shown: { search, set, flat },
}: {
  readonly file: File;
  readonly shown: Shown;
}): ReactNode {
  const said = useTexts(layerTexts);
  const { path = '', kind, size = 0, target = '', change, files = 0 } = file;
  const name = flat ? path : path.slice(path.lastIndexOf('/') + 1);
  const isFolder = kind === 'folder';
  const text = <span className="file-name">{name}</span>;
  const opens = (kind === 'file' || kind === 'hardlink') && size <= maxFileBytes && size > 0;
  const gone = change === 'removed' && search.view !== 'wasted';
  return (
    <span className="file" lang="en">
      <Icon name={isFolder ? 'folder' : 'file'} size={14} />
      {isFolder && !gone && files > 0 ? (
        <button type="button" onClick={() => set({ folder: path, view: 'folders', q: '', page: '1' })}>
          {text}
        </button>
      ) : opens && !gone ? (
        <button type="button" title={said.open(name)} onClick={() => set(textOf(file, search))}>
          {text}
        </button>
      ) : (
        text
      )}
      {target === '' ? null : <span className="muted file-target">{said.link(target)}</span>}
    </span>
  );
}

/** What no longer shows is read from the layer that brought it. */
function textOf({ path = '', layer = 0 }: File, search: Search): Partial<Search> {
  return search.view === 'wasted' ? { file: path, layer: String(layer) } : { file: path };
}
