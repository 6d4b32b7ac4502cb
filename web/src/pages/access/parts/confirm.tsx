import type { ReactNode } from 'react';
import { useFailureText } from '../../../api/failure.tsx';
import { Button } from '../../../ui/controls/button.tsx';
import { Dialog } from '../../../ui/controls/dialog.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { partsTexts } from './text.ts';

interface ConfirmProps {
  readonly title: string;
  /** What exactly happens. */
  readonly effect: ReactNode;
  /** How it is undone, or that it is not. */
  readonly undo: string;
  readonly action: string;
  readonly look?: 'danger' | 'primary';
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly children?: ReactNode;
}

export function Confirm(props: ConfirmProps): ReactNode {
  const { title, effect, undo, action, look = 'danger', busy, error, onClose, onConfirm, children } = props;
  const said = useTexts(partsTexts);
  const failureText = useFailureText();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{said.cancel}</Button>
          <Button look={look} busy={busy} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    >
      <p>{effect}</p>
      <p className="muted">
        {said.undo} {undo}
      </p>
      {children}
      {error === null ? null : (
        <p className="problem" role="alert">
          {failureText(error)}
        </p>
      )}
    </Dialog>
  );
}
