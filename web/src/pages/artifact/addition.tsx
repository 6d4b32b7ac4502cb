import type { ReactNode } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { Failure } from '../../api/failure.tsx';
import { useAnswer } from '../../api/use-list.ts';
import { Empty } from '../../ui/feedback/empty.tsx';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { CodeBlock } from '../../ui/show/code-block.tsx';
import { Size } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { type AdditionPart, additions, type FlatFile, flatFiles } from './additions.ts';
import type { Place } from './place.ts';
import { record, text } from './read-config.ts';
import { artifactTexts } from './text.ts';

interface AdditionProps {
  readonly part: AdditionPart;
  readonly place: Place;
}

/** One thing that is in an artifact, such as the readme of a chart. */
export function Addition({ part, place }: AdditionProps): ReactNode {
  const said = useTexts(artifactTexts);
  const { data, error, refetch } = useAnswer(
    'GET /api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/additions/{addition}',
    {
      path: {
        project_name: place.project,
        repository_name: place.repository,
        reference: place.reference,
        addition: additions[part],
      },
    },
  );
  if (error instanceof ApiError && error.status === 404) return <Empty title={said.noAddition} />;
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  if (data === undefined) return <Skeleton lines={12} />;
  if (part === 'dependencies') return <Dependencies of={data} />;
  if (part === 'files') return <Files of={data} />;
  const shown = typeof data === 'string' ? data : JSON.stringify(data, undefined, 2);
  return shown === '' ? (
    <Empty title={said.noAddition} />
  ) : (
    <div className="raw-text">
      <CodeBlock label={said[part]} code={shown} />
    </div>
  );
}

interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly repository: string;
}

function Dependencies({ of }: { readonly of: unknown }): ReactNode {
  const said = useTexts(artifactTexts);
  const word = (each: unknown, key: keyof Dependency): string => text(record(each)[key]) ?? '';
  const rows = (Array.isArray(of) ? of : []).map((each) => ({
    name: word(each, 'name'),
    version: word(each, 'version'),
    repository: word(each, 'repository'),
  }));
  const columns: readonly Column<Dependency>[] = [
    { id: 'name', header: said.name, cell: ({ name }) => <code>{name}</code> },
    { id: 'version', header: said.version, cell: ({ version }) => <code>{version}</code> },
    { id: 'repository', header: said.source, cell: ({ repository }) => <code>{repository}</code> },
  ];
  return (
    <DataTable
      label={said.dependencies}
      columns={columns}
      rows={rows}
      keyOf={({ name, version, repository }) => `${name} ${version} ${repository}`}
      empty={<Empty title={said.noDependencies} />}
    />
  );
}

function Files({ of }: { readonly of: unknown }): ReactNode {
  const said = useTexts(artifactTexts);
  const columns: readonly Column<FlatFile>[] = [
    { id: 'path', header: said.path, cell: ({ path }) => <code>{path}</code> },
    { id: 'size', header: said.size, end: true, cell: ({ size }) => <Size bytes={size} /> },
  ];
  return (
    <DataTable
      label={said.files}
      columns={columns}
      rows={flatFiles(of)}
      keyOf={({ path }) => path}
      empty={<Empty title={said.noAddition} />}
    />
  );
}
