import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { call } from '../../api/call.ts';
import { Failure, useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { useAnswer, useList } from '../../api/use-list.ts';
import { Button, IconButton } from '../../ui/controls/button.tsx';
import { Confirm } from '../../ui/controls/confirm.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { LogText } from '../../ui/show/log-text.tsx';
import { Count, Size, Time } from '../../ui/show/values.tsx';
import { isUnderWay, WorkStatus } from '../../ui/show/work-status.tsx';
import { blankAfter } from '../../ui/text/blank-after.ts';
import { formatAbsolute, formatBytes, formatNumber, timeOf } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { uiTexts } from '../../ui/text.ts';
import { beginCollection, requestOf, type Told, titleOf, toldBy } from './collection.ts';
import { garbageTexts } from './text.ts';

const everyMs = 1000;

interface CollectionCardProps {
  readonly id: number;
  readonly onBegun: (id: string) => void;
  readonly onClose: () => void;
}

/** A plan, or a run, with what it found and what it logged; followed while it is under way. */
export function CollectionCard({ id, onBegun, onClose }: CollectionCardProps): ReactNode {
  const said = useTexts(garbageTexts);
  const common = useTexts(uiTexts);
  const { language } = useLanguage();
  const toast = useToast();
  const [applying, setApplying] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['collection', id],
    queryFn: ({ signal }) => call('GET /api/v2.0/system/gc/{gc_id}', { path: { gc_id: id } }, signal),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.job_status) ? everyMs : false),
  });
  const stop = useChange('PUT /api/v2.0/system/gc/{gc_id}');
  const queries = useQueryClient();
  const underWay = data === undefined || isUnderWay(data.job_status);
  // Its end changes the history, its log and what is stored.
  useEffect(() => {
    if (!underWay) void queries.invalidateQueries();
  }, [underWay, queries]);
  if (error !== null) return <Failure error={error} onAgain={() => void refetch()} />;
  const told = toldBy(data);
  const isPlan = told.dry_run === true;
  const bytes = told.freed_space;
  return (
    <section className="card" aria-live="polite">
      <div className="garbage-head">
        <h2>{data === undefined ? '…' : titleOf(data, said)}</h2>
        <WorkStatus status={data?.job_status} />
        <span className="garbage-end">
          {underWay ? (
            <Button
              small
              onClick={() =>
                stop.mutate({ path: { gc_id: id } }, { onSuccess: () => toast({ text: said.stopped }) })
              }
            >
              {said.stop}
            </Button>
          ) : null}
          {isPlan && data?.job_status === 'Success' ? (
            <Button look="primary" onClick={() => setApplying(true)}>
              {said.apply}
            </Button>
          ) : null}
          <IconButton icon="close" label={common.close} onClick={onClose} />
        </span>
      </div>
      {bytes === undefined ? (
        <p className="muted">{underWay ? said.working : ''}</p>
      ) : (
        <>
          <p className="garbage-answer">
            {isPlan ? said.wouldFree(formatBytes(bytes, language)) : said.freed(formatBytes(bytes, language))}{' '}
            <span className="meta">{said.exactly(formatNumber(bytes, language))}</span>
          </p>
          <UntaggedFirst told={told} />
          <SnapshotsLack told={told} />
          <Found told={told} />
        </>
      )}
      <CollectionLog id={id} underWay={underWay} />
      {applying ? <Apply told={told} onBegun={onBegun} onClose={() => setApplying(false)} /> : null}
    </section>
  );
}

/** A plan for them may free nothing now. */
function UntaggedFirst({ told }: { readonly told: Told }): ReactNode {
  const said = useTexts(garbageTexts);
  const { language } = useLanguage();
  const { untagged_bytes: bytes, untagged_until: until } = told;
  const at = timeOf(until);
  if (bytes === undefined || at === undefined) return null;
  return <p>{said.untaggedFirst(formatBytes(bytes, language), formatAbsolute(at, language))}</p>;
}

/** Whether a run harms them. */
function SnapshotsLack({ told: { in_snapshots: count = 0 } }: { readonly told: Told }): ReactNode {
  const said = useTexts(garbageTexts);
  const { language } = useLanguage();
  return count === 0 ? null : <p>{said.snapshotsLack(formatNumber(count, language))}</p>;
}

/** What is emptied, as many as there are by now, and where it can be looked at before. */
function TrashNow(): ReactNode {
  const said = useTexts(garbageTexts);
  const { language } = useLanguage();
  const { data } = useList('GET /api/berth/v1/trash', { query: { page: 1, page_size: 1 } });
  return (
    <Link to="/storage/trash">
      {data === undefined ? '…' : said.deletions(formatNumber(data.total, language))}
    </Link>
  );
}

function Found({ told }: { readonly told: Told }): ReactNode {
  const said = useTexts(garbageTexts);
  const purges = told.purge_trash === true;
  // A plan counts it as freed.
  const ofTrash = purges && told.dry_run === true;
  const options = [
    ...(told.delete_untagged === true ? [said.untagged] : []),
    ...(purges ? [said.purgeTrash] : []),
  ];
  return (
    <dl className="details">
      <dt>{said.options}</dt>
      <dd>{options.length === 0 ? said.noOption : options.join(' · ')}</dd>
      {ofTrash ? (
        <>
          <dt>{said.trashNow}</dt>
          <dd>
            <TrashNow />
          </dd>
        </>
      ) : null}
      <dt>{said.blobs}</dt>
      <dd>
        <Count value={told.purged_blobs} />
      </dd>
      <dt>{said.manifests}</dt>
      <dd>
        <Count value={told.purged_manifests} />
      </dd>
      <dt>{said.links}</dt>
      <dd>
        <Count value={told.ended_links} />
      </dd>
      {told.untagged === undefined || told.untagged === 0 ? null : (
        <>
          <dt>{purges ? said.untaggedToo : said.toTrash}</dt>
          <dd>
            <Count value={told.untagged} />
          </dd>
        </>
      )}
      {told.in_trash === undefined ? null : (
        <>
          <dt>{ofTrash ? said.ofTrash : said.inTrash}</dt>
          <dd>
            <Size bytes={told.in_trash} />{' '}
            {told.trash_until === undefined || ofTrash ? null : (
              <span className="meta">
                {said.until}
                {blankAfter(said.until)}
                <Time at={told.trash_until} />
              </span>
            )}
          </dd>
        </>
      )}
      {(told.in_snapshots ?? 0) === 0 ? null : (
        <>
          <dt>{said.inSnapshots}</dt>
          <dd>
            <Count value={told.in_snapshots} />
          </dd>
        </>
      )}
      {(told.failed ?? 0) === 0 ? null : (
        <>
          <dt>{said.notDeleted}</dt>
          <dd>
            <Count value={told.failed} />
          </dd>
        </>
      )}
    </dl>
  );
}

function CollectionLog({ id, underWay }: { readonly id: number; readonly underWay: boolean }): ReactNode {
  const said = useTexts(garbageTexts);
  const { data, error } = useAnswer(
    'GET /api/v2.0/system/gc/{gc_id}/log',
    { path: { gc_id: id } },
    underWay ? { everyMs } : {},
  );
  if (error !== null) return <Failure error={error} />;
  return (
    <div className="garbage-log">
      <h3>{said.log}</h3>
      <LogText label={said.log} text={data} follows={underWay} ours />
    </div>
  );
}

interface ApplyProps {
  readonly told: Told;
  readonly onBegun: (id: string) => void;
  readonly onClose: () => void;
}

/** A run with what the plan was made for. */
function Apply({ told, onBegun, onClose }: ApplyProps): ReactNode {
  const said = useTexts(garbageTexts);
  const { language } = useLanguage();
  const failureText = useFailureText();
  const queries = useQueryClient();
  const untagged = told.delete_untagged === true;
  const purgeTrash = told.purge_trash === true;
  const wanted = { delete_untagged: untagged, purge_trash: purgeTrash };
  const begin = useMutation({
    mutationFn: () => beginCollection(wanted, false),
    onSuccess: async (id) => {
      onClose();
      onBegun(id);
      await queries.invalidateQueries();
    },
  });
  const number = (value = 0): string => formatNumber(value, language);
  const request = requestOf(wanted, false);
  const flags = `${untagged ? ' --untagged' : ''}${purgeTrash ? ' --purge-trash' : ''}`;
  return (
    <Confirm
      danger={purgeTrash}
      title={said.applyTitle}
      label={said.apply}
      busy={begin.isPending}
      problem={begin.error === null ? undefined : failureText(begin.error)}
      onClose={onClose}
      onConfirm={() => begin.mutate()}
    >
      <p>
        <strong>{said.applyFrees(number(told.freed_space))}</strong>
      </p>
      {untagged ? (
        <p>
          {(purgeTrash ? said.applyUntaggedToo : said.applyUntagged)(
            number(told.untagged),
            number(told.untagged_bytes),
          )}
        </p>
      ) : null}
      {purgeTrash ? (
        <p>
          {said.applyTrash}
          <br />
          {said.applyTrashNow}
          <TrashNow />
        </p>
      ) : null}
      <p>{said.applyUndo}</p>
      <SnapshotsLack told={told} />
      <AsCommand code={`berth gc apply${flags}\n${curlOf('POST', request.path, request.body)}`} />
    </Confirm>
  );
}
