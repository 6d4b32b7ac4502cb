import type { ReactNode } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { useChange } from '../../api/use-change.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { useToast } from '../../ui/feedback/toast.tsx';
import { AsCommand } from '../../ui/show/as-command.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { quoted } from '../../ui/text/quoted.ts';
import { type Label, type LabelPlace, ofPlace } from './label.ts';
import { labelsTexts } from './text.ts';

interface DeleteLabelProps {
  readonly label: Label;
  readonly place: LabelPlace;
  readonly onClose: () => void;
}

export function DeleteLabel({ label: { id = 0, name = '' }, place, onClose }: DeleteLabelProps): ReactNode {
  const said = useTexts(labelsTexts);
  const failureText = useFailureText();
  const toast = useToast();
  const remove = useChange('DELETE /api/v2.0/labels/{label_id}');
  const run = (): void =>
    remove.mutate(
      { path: { label_id: id } },
      {
        onSuccess: () => {
          toast({ text: said.removed(name) });
          onClose();
        },
      },
    );
  return (
    <Dialog
      title={said.removeTitle(name)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{said.cancel}</Button>
          <Button look="danger" busy={remove.isPending} onClick={run}>
            {said.remove}
          </Button>
        </>
      }
    >
      <p>{said.removeText}</p>
      {remove.error === null ? null : (
        <p className="problem" role="alert">
          {failureText(remove.error)}
        </p>
      )}
      <AsCommand code={`berth label delete ${quoted(name)}${ofPlace(place)}`} />
    </Dialog>
  );
}
