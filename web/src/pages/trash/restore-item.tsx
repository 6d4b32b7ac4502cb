import type { ReactNode } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { useDeparture } from '../../api/use-change.ts';
import { useAnswer } from '../../api/use-list.ts';
import { Confirm } from '../../ui/controls/confirm.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { Badge, Digest, LongName } from '../../ui/show/values.tsx';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { Parts, type TrashItem } from './parts.tsx';
import { trashTexts } from './text.ts';

interface ItemProps {
  readonly item: TrashItem;
  readonly onClose: () => void;
}

export function RestoreItem({ item: { id = 0, name = '', size = 0 }, onClose }: ItemProps): ReactNode {
  const said = useTexts(trashTexts);
  const { language } = useLanguage();
  const failureText = useFailureText();
  const toast = useToast();
  const { data, error } = useAnswer('GET /api/berth/v1/trash/{trash_id}', { path: { trash_id: id } });
  const isHidden = data?.needed_hidden === true;
  // With only a part of what it needs it would be refused as well.
  const needed = isHidden ? [] : (data?.needed ?? []);
  const withNeeded = needed.length > 0;
  const restore = useDeparture('POST /api/berth/v1/trash/{trash_id}/restore', onClose);
  const bytes = needed.reduce((sum, each) => sum + (each.size ?? 0), size);
  const address = `/api/berth/v1/trash/${id}/restore${withNeeded ? '?with_needed=true' : ''}`;
  const run = (): void =>
    restore.mutate(
      { path: { trash_id: id }, ...(withNeeded ? { query: { with_needed: true } } : {}) },
      {
        onSuccess: ({ artifacts = 0, tags = 0 }) =>
          toast({
            text: said.restored(name, formatNumber(artifacts, language), formatNumber(tags, language)),
          }),
      },
    );
  const untold = error === null ? said.loading : failureText(error);
  return (
    <Confirm
      title={said.restoreOf(name)}
      label={withNeeded ? said.restoreBoth : said.restore}
      busy={restore.isPending}
      whyNot={data === undefined ? untold : isHidden ? said.neededHidden : undefined}
      problem={restore.error === null ? undefined : failureText(restore.error)}
      onClose={onClose}
      onConfirm={run}
    >
      <Parts id={id} title={said.comesBack} />
      {withNeeded ? <Needed items={needed} /> : null}
      {isHidden ? (
        <p>{said.neededHidden}</p>
      ) : (
        <>
          <p>
            {said.usageGrows(formatNumber(bytes, language))} {said.restoreUndo}
          </p>
          <AsCommand
            code={`berth trash restore ${id}${withNeeded ? ' --with-needed' : ''}\n${curlOf('POST', address)}`}
          />
        </>
      )}
    </Confirm>
  );
}

/** Without these it would be refused. */
function Needed({ items }: { readonly items: readonly TrashItem[] }): ReactNode {
  const said = useTexts(trashTexts);
  return (
    <div>
      <h3>{said.needed}</h3>
      <p>{said.neededText}</p>
      <ul className="trash-parts">
        {items.map(({ id, kind = 'artifact', name = '', repository = '', digest }) => (
          <li key={id}>
            <Badge>{said[kind]}</Badge>{' '}
            {kind === 'artifact' ? (
              <>
                <LongName name={repository} /> <Digest digest={digest} />
              </>
            ) : (
              <LongName name={name} />
            )}{' '}
            <small className="muted">#{id}</small>
          </li>
        ))}
      </ul>
    </div>
  );
}
