import { useQueries } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { list } from '../../../api/call.ts';
import { Failure } from '../../../api/failure.tsx';
import { Skeleton } from '../../../ui/feedback/skeleton.tsx';
import { Link } from '../../../ui/navigation/link.tsx';
import { navigate } from '../../../ui/navigation/location.ts';
import { pathOf } from '../../../ui/navigation/match.ts';
import { Icon } from '../../../ui/show/icon.tsx';
import { LongName, Time } from '../../../ui/show/values.tsx';
import { formatNumber } from '../../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../../ui/text/language.tsx';
import { treeTexts } from './text.ts';
import { foldersOf, rowsOf, type TreeRow } from './tree-rows.ts';

const key = 'GET /api/berth/v1/projects/{project_name}/repository-tree';
const ofFolder = 100;

interface TreeProps {
  readonly project: string;
  readonly open: ReadonlySet<string>;
  readonly onOpen: (open: ReadonlySet<string>) => void;
  /** In place of a tree without a repository. */
  readonly empty: ReactNode;
}

/** Repositories in folders by the slashes of their names; each folder is asked for when it is opened. */
export function RepositoryTree({ project, open, onOpen, empty }: TreeProps): ReactNode {
  const { folders, error, again } = useFolders(project, foldersOf(open));
  if (error !== null) return <Failure error={error} onAgain={again} />;
  if (!folders.has('')) return <Skeleton lines={8} />;
  const rows = rowsOf(folders, open);
  if (rows.length === 0) return empty;
  return <Tree project={project} rows={rows} open={open} onOpen={onOpen} />;
}

function useFolders(project: string, paths: readonly string[]) {
  const answers = useQueries({
    queries: paths.map((under) => {
      const input = { path: { project_name: project }, query: { under, page_size: ofFolder } };
      return {
        queryKey: [key, input, 'list'],
        queryFn: ({ signal }: { readonly signal: AbortSignal }) => list(key, input, signal),
      };
    }),
  });
  const folders = new Map(
    answers.flatMap(({ data }, at) => (data === undefined ? [] : [[paths[at] ?? '', data] as const])),
  );
  const error = answers.find((answer) => answer.error !== null)?.error ?? null;
  return { folders, error, again: () => void Promise.all(answers.map(({ refetch }) => refetch())) };
}

type TreePartProps = Omit<TreeProps, 'empty'> & { readonly rows: readonly TreeRow[] };

/** One stop for the Tab key; arrows go through it, open and close, as in every tree. */
function Tree({ project, rows, open, onOpen }: TreePartProps): ReactNode {
  const said = useTexts(treeTexts);
  const box = useRef<HTMLUListElement>(null);
  const [current, setCurrent] = useState('');
  const at = Math.max(
    0,
    rows.findIndex(({ entry }) => entry.path === current),
  );
  const set = (path: string, isOpen: boolean): void => {
    const next = new Set(open);
    if (isOpen) next.add(path);
    else next.delete(path);
    onOpen(next);
  };
  const to = (index: number): void => {
    const path = rows[Math.min(rows.length - 1, Math.max(0, index))]?.entry.path ?? '';
    setCurrent(path);
    box.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`)?.focus();
  };
  const move = (event: KeyboardEvent<HTMLUListElement>): void => {
    const row = rows[at];
    if (row === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const path = row.entry.path ?? '';
    if (event.key === 'ArrowDown') to(at + 1);
    else if (event.key === 'ArrowUp') to(at - 1);
    else if (event.key === 'Home') to(0);
    else if (event.key === 'End') to(rows.length - 1);
    else if (event.key === 'ArrowRight') {
      if (row.open === false) set(path, true);
      else if (row.open === true) to(at + 1);
    } else if (event.key === 'ArrowLeft') {
      if (row.open === true) set(path, false);
      else if (row.under !== '') to(rows.findIndex(({ entry }) => entry.path === row.under));
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (row.entry.repository === undefined) set(path, row.open !== true);
      else navigate(pathOf('/p/:project/r/:repository*', { project, repository: path }));
    } else return;
    event.preventDefault();
  };
  return (
    <ul className="tree" role="tree" aria-label={said.tree} ref={box} onKeyDown={move}>
      {rows.map((row, index) => (
        <TreeItem
          key={row.entry.path}
          project={project}
          row={row}
          isCurrent={index === at}
          onToggle={(isOpen) => set(row.entry.path ?? '', isOpen)}
          onFocus={() => setCurrent(row.entry.path ?? '')}
        />
      ))}
    </ul>
  );
}

interface TreeItemProps {
  readonly project: string;
  readonly row: TreeRow;
  readonly isCurrent: boolean;
  readonly onToggle: (open: boolean) => void;
  readonly onFocus: () => void;
}

function TreeItem({ project, row, isCurrent, onToggle, onFocus }: TreeItemProps): ReactNode {
  const said = useTexts(treeTexts);
  const { language } = useLanguage();
  const { name = '', path = '', repositories = 0, repository } = row.entry;
  return (
    <li
      role="treeitem"
      className={`tree-item level-${Math.min(row.level, 6)}`}
      data-path={path}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.of}
      aria-expanded={row.open}
      aria-selected={isCurrent}
      tabIndex={isCurrent ? 0 : -1}
      onFocus={onFocus}
    >
      {row.open === undefined ? (
        <span className="tree-toggle" />
      ) : (
        // For the pointer; the keyboard has its arrows.
        <span
          className={`tree-toggle ${row.open ? 'open' : ''}`}
          aria-hidden="true"
          onClick={() => onToggle(row.open !== true)}
        >
          <Icon name="chevron" />
        </span>
      )}
      {repository === undefined ? (
        <span
          className="tree-name folder"
          aria-hidden={undefined}
          onClick={() => onToggle(row.open !== true)}
        >
          <LongName name={`${name}/`} />
        </span>
      ) : (
        <Link
          to={pathOf('/p/:project/r/:repository*', { project, repository: path })}
          className="tree-name strong"
          tabIndex={-1}
        >
          <LongName name={name} />
        </Link>
      )}
      <span className="tree-facts meta">
        {repositories === 0 ? null : <span>{said.below(formatNumber(repositories, language))}</span>}
        {repository === undefined ? null : (
          <>
            <span>{said.artifacts(formatNumber(repository.artifact_count ?? 0, language))}</span>
            <span className="tree-pulls">
              {said.pulls(formatNumber(repository.pull_count ?? 0, language))}
            </span>
            <Time at={repository.update_time} />
          </>
        )}
      </span>
      {row.left === 0 ? null : (
        <Link
          className="tree-more"
          to={`${pathOf('/p/:project', { project })}?sort=name&q=${encodeURIComponent(row.under === '' ? '' : `${row.under}/`)}`}
        >
          {said.more(formatNumber(row.left, language))}
        </Link>
      )}
    </li>
  );
}
