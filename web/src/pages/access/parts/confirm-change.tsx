import type { ReactNode } from 'react';
import { useFailureText } from '../../../api/failure.tsx';
import { Confirm } from '../../../ui/controls/confirm.tsx';
import { blankAfter } from '../../../ui/text/blank-after.ts';
import { useTexts } from '../../../ui/text/language.tsx';
import { partsTexts } from './text.ts';

interface ConfirmChangeProps {
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

/** A change of who may do what is asked for with its effect and with the way back. */
export function ConfirmChange(props: ConfirmChangeProps): ReactNode {
  const { effect, undo, action, look = 'danger', error, children, ...rest } = props;
  const said = useTexts(partsTexts);
  const failureText = useFailureText();
  return (
    <Confirm
      {...rest}
      label={action}
      danger={look === 'danger'}
      problem={error === null ? undefined : failureText(error)}
    >
      <p>{effect}</p>
      <p className="muted">
        {said.undo}
        {blankAfter(said.undo)}
        {undo}
      </p>
      {children}
    </Confirm>
  );
}
