import type { ReactNode } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { Confirm } from '../../ui/controls/confirm.tsx';
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

export function RestoreItem({ item: { id = 0, name = '', size = 0 }, onClose }: ItemProps): ReactNode {
  const said = useTexts(trashTexts);
  const { language } = useLanguage();
  const failureText = useFailureText();
  const toast = useToast();
  const restore = useChange('POST /api/berth/v1/trash/{trash_id}/restore');
  const run = (): void =>
    restore.mutate(
      { path: { trash_id: id } },
      {
        onSuccess: ({ artifacts = 0, tags = 0 }) => {
          toast({
            text: said.restored(name, formatNumber(artifacts, language), formatNumber(tags, language)),
          });
          onClose();
        },
      },
    );
  return (
    <Confirm
      title={said.restoreOf(name)}
      label={said.restore}
      busy={restore.isPending}
      problem={restore.error === null ? undefined : failureText(restore.error)}
      onClose={onClose}
      onConfirm={run}
    >
      <Parts id={id} title={said.comesBack} />
      <p>
        {said.usageGrows(formatNumber(size, language))} {said.restoreUndo}
      </p>
      <AsCommand code={`berth trash restore ${id}\n${curlOf('POST', `/api/berth/v1/trash/${id}/restore`)}`} />
    </Confirm>
  );
}
