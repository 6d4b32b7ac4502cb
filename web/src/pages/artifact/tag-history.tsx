import { type ReactNode, useState } from 'react';
import { addressOf, type Row } from '../../api/call.ts';
import { Failure, useFailureText } from '../../api/failure.tsx';
import { useCan } from '../../api/use-can.ts';
import { useChange } from '../../api/use-change.ts';
import { useList } from '../../api/use-list.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Confirm } from '../../ui/controls/confirm.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { pathOf } from '../../ui/navigation/match.ts';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { Badge, Digest, LongName, Time } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { ListFrame } from '../../ui/table/list-frame.tsx';
import { useListState } from '../../ui/table/list-state.ts';
import { formatAbsolute, shortDigest, timeOf } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import type { Place } from './place.ts';
import { artifactTexts } from './text.ts';

const root = '/api/berth/v1/projects/{project_name}/repositories/{repository_name}/tags/{tag_name}';
type Move = Row<`GET ${typeof root}/history`>;

const artifacts = 'GET /api/v2.0/projects/{project_name}/repositories/{repository_name}/artifacts';
/** By which other tags what a tag stood for is called. */
const shownTags = 2;
const defaults = { page: '1', sort: '', q: '' };

interface TagHistoryProps {
  readonly place: Place;
  /** What the tag stands for now. */
  readonly current: string;
}

/** Who moved the tag from where to where, and back again. */
export function TagHistory({ place, current }: TagHistoryProps): ReactNode {
  const said = useTexts(artifactTexts);
  const state = useListState(defaults);
  const { project, repository, tag = '' } = place;
  const path = { project_name: project, repository_name: repository, tag_name: tag };
  const { data, error } = useList(`GET ${root}/history`, {
    path,
    query: { page: state.page, page_size: state.pageSize },
  });
  const there = useThere(place, data?.rows);
  if (error !== null) return <Failure error={error} />;
  const columns: readonly Column<Move>[] = [
    { id: 'when', header: said.when, ordered: 'descending', cell: ({ time }) => <Exact at={time} /> },
    { id: 'what', header: said.what, cell: (move) => <What move={move} /> },
    {
      id: 'from',
      header: said.from,
      priority: 2,
      cell: ({ previous_digest: digest }) => (
        <Target place={place} digest={digest} tags={there.get(digest)} />
      ),
    },
    {
      id: 'to',
      header: said.to,
      cell: ({ digest }) => <Target place={place} digest={digest} tags={there.get(digest)} />,
    },
    { id: 'who', header: said.who, cell: ({ username }) => username ?? <span className="muted">–</span> },
    {
      id: 'origin',
      header: said.origin,
      priority: 3,
      onCards: true,
      cell: ({ address = '', client = '' }) => (
        <span className="muted" lang="en">
          {`${address === 'admin socket' ? said.onServer : address} ${client.split(' ')[0] ?? ''}`}
        </span>
      ),
    },
    {
      id: 'back',
      header: '',
      actions: true,
      cell: ({ digest }) =>
        digest === undefined || digest === current ? null : (
          <PutBack path={path} digest={digest} current={current} />
        ),
    },
  ];
  return (
    <ListFrame state={state} total={data?.total}>
      <DataTable
        label={said.history}
        columns={columns}
        rows={data?.rows}
        keyOf={({ id }) => String(id)}
        empty={null}
      />
    </ListFrame>
  );
}

/** Of what the tag stood for and is still in the repository: by which tags it is called now. */
function useThere(
  { project, repository }: Place,
  moves: readonly Move[] | undefined,
): ReadonlyMap<string | undefined, readonly string[]> {
  const digests = new Set(
    (moves ?? []).flatMap((move) => [move.digest ?? [], move.previous_digest ?? []].flat()),
  );
  const { data } = useList(
    artifacts,
    {
      path: { project_name: project, repository_name: repository },
      query: { page: 1, page_size: 100, q: `digest={${[...digests].join(' ')}},base=*` },
    },
    { enabled: digests.size > 0 },
  );
  return new Map(
    (data?.rows ?? []).map(({ digest, tags }) => [digest, (tags ?? []).map(({ name = '' }) => name)]),
  );
}

interface TargetProps {
  readonly place: Place;
  readonly digest: string | undefined;
  /** Undefined: it is not there any more. */
  readonly tags: readonly string[] | undefined;
}

function Target({ place: { project, repository, tag }, digest, tags }: TargetProps): ReactNode {
  if (digest === undefined || tags === undefined) return <Digest digest={digest} />;
  const others = tags.filter((name) => name !== tag).slice(0, shownTags);
  return (
    <span className="tag-target">
      <Digest
        digest={digest}
        to={pathOf('/p/:project/r/:repository*/-/a/:digest', { project, repository, digest })}
      />
      {others.map((name) => (
        <LongName key={name} name={name} />
      ))}
    </span>
  );
}

/** When it was, and how long ago that is. */
function Exact({ at }: { readonly at: string | undefined }): ReactNode {
  const { language } = useLanguage();
  const time = timeOf(at);
  if (time === undefined) return null;
  return (
    <span className="compared-time">
      {formatAbsolute(time, language)}
      <span className="muted">
        <Time at={at} />
      </span>
    </span>
  );
}

function What({ move: { digest, previous_digest: before } }: { readonly move: Move }): ReactNode {
  const said = useTexts(artifactTexts);
  if (digest === undefined) return <Badge kind="danger">{said.gone}</Badge>;
  return before === undefined ? (
    <Badge kind="ok">{said.made}</Badge>
  ) : (
    <Badge kind="info">{said.moved}</Badge>
  );
}

interface PutBackProps {
  readonly path: {
    readonly project_name: string;
    readonly repository_name: string;
    readonly tag_name: string;
  };
  readonly digest: string;
  readonly current: string;
}

/** Others pull by the tag: what moves is said first. */
function PutBack({ path, digest, current }: PutBackProps): ReactNode {
  const said = useTexts(artifactTexts);
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const failureText = useFailureText();
  const can = useCan(`${path.project_name}/${path.repository_name}`);
  const restore = useChange(`POST ${root}/restore`);
  const address = addressOf(`${root}/restore`, path, {});
  return (
    <>
      <Button
        small
        title={said.putBackTitle(path.tag_name, shortDigest(digest))}
        whyNot={can('repository:push') === false ? said.mayNotPush : undefined}
        onClick={() => setAsking(true)}
      >
        {said.putBack}
      </Button>
      {asking ? (
        <Confirm
          title={said.putBackAsk(path.tag_name)}
          label={said.putBackDo}
          busy={restore.isPending}
          problem={restore.error === null ? undefined : failureText(restore.error)}
          onClose={() => setAsking(false)}
          onConfirm={() =>
            restore.mutate(
              { path, body: { digest } },
              {
                onSuccess: () => {
                  setAsking(false);
                  toast({ text: said.wasPutBack(path.tag_name) });
                },
              },
            )
          }
        >
          <dl className="details">
            <dt>{said.is}</dt>
            <dd>
              <Digest digest={current} />
            </dd>
            <dt>{said.putBackTo}</dt>
            <dd>
              <Digest digest={digest} />
            </dd>
          </dl>
          <p>{said.putBackEffect(path.tag_name)}</p>
          <p>{said.putBackUndo(shortDigest(current))}</p>
          <AsCommand code={curlOf('POST', address, { digest })} />
        </Confirm>
      ) : null}
    </>
  );
}
