import { type ReactNode, useState } from 'react';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { TextField } from './field.tsx';

interface ConfirmProps {
  readonly title: string;
  /** What will happen, to what, and how it can be undone. */
  readonly children: ReactNode;
  /** What it does, as a verb. */
  readonly label: string;
  readonly danger?: boolean;
  readonly wide?: boolean;
  readonly busy?: boolean;
  /** Has to be typed first: for what nothing brings back. */
  readonly typed?: string;
  readonly whyNot?: string | undefined;
  readonly problem?: string | undefined;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

/** Asks before something is done that others would notice. */
export function Confirm(props: ConfirmProps): ReactNode {
  const { title, children, label, danger, wide, busy, typed, whyNot, problem, onClose, onConfirm } = props;
  const said = useTexts(uiTexts);
  const [text, setText] = useState('');
  const untyped = typed !== undefined && text.trim() !== typed ? said.typeFirst(typed) : undefined;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      wide={wide ?? false}
      actions={
        <>
          <Button onClick={onClose}>{said.cancel}</Button>
          <Button
            look={danger === true ? 'danger' : 'primary'}
            busy={busy ?? false}
            whyNot={whyNot ?? untyped}
            whyBy={whyNot === undefined ? 'hint' : 'text'}
            onClick={onConfirm}
          >
            {label}
          </Button>
        </>
      }
    >
      {children}
      {typed === undefined || whyNot !== undefined ? null : (
        <TextField label={said.typeFirst(typed)} value={text} onValue={setText} autoComplete="off" />
      )}
      {problem === undefined ? null : (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}
