import { type ReactNode, useState } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { useDeparture } from '../../api/use-change.ts';
import { Confirm } from '../../ui/controls/confirm.tsx';
import { CheckField } from '../../ui/controls/field.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { curlOf } from '../../ui/show/curl-of.ts';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { Parts, type TrashItem } from './parts.tsx';
import { trashTexts } from './text.ts';

interface ItemProps {
  readonly item: TrashItem;
  readonly onClose: () => void;
}

export function PurgeItem({ item, onClose }: ItemProps): ReactNode {
  const said = useTexts(trashTexts);
  const { language } = useLanguage();
  const failureText = useFailureText();
  const toast = useToast();
  const [block, setBlock] = useState(false);
  const purge = useDeparture('DELETE /api/berth/v1/trash/{trash_id}', onClose);
  const { id = 0, name = '', size = 0 } = item;
  const run = (): void =>
    purge.mutate(
      { path: { trash_id: id }, query: { block } },
      {
        onSuccess: (gone) => toast({ text: said.purged(name, formatNumber(gone.size ?? 0, language)) }),
      },
    );
  const query = block ? '?block=true' : '';
  return (
    <Confirm
      danger
      title={said.purgeOf(name)}
      label={said.purge}
      typed={item.tag ?? item.repository ?? item.project ?? name}
      busy={purge.isPending}
      problem={purge.error === null ? undefined : failureText(purge.error)}
      onClose={onClose}
      onConfirm={run}
    >
      <Parts id={id} title={said.goesAway} />
      <p>
        {said.usageFell(formatNumber(size, language))} <strong>{said.purgeUndo}</strong>
      </p>
      <CheckField label={said.block} help={said.blockHelp} checked={block} onChecked={setBlock} />
      <AsCommand
        code={`berth trash purge ${id}${block ? ' --block' : ''}\n${curlOf('DELETE', `/api/berth/v1/trash/${id}${query}`)}`}
      />
    </Confirm>
  );
}
