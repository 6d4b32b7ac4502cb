import { type ReactNode, useEffect, useId, useRef } from 'react';
import { titleInShort } from '../text/in-short.ts';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { IconButton } from './button.tsx';

interface DialogProps {
  /** Of a very long one, which has a name in it, the middle is left out. */
  readonly title: string;
  /** Undefined: it stays until what it asks for is done. */
  readonly onClose: (() => void) | undefined;
  readonly children: ReactNode;
  /** Buttons, the one that does something last. */
  readonly actions?: ReactNode;
  readonly wide?: boolean;
}

/** A modal dialog, there as long as it is drawn: the browser's own keeps the focus inside and gives it back. */
export function Dialog({ title, onClose, children, actions, wide }: DialogProps): ReactNode {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const said = useTexts(uiTexts);
  const shown = titleInShort(title);
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={`dialog${wide === true ? ' wide' : ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
    >
      <div className="dialog-head">
        <h2 id={id} title={shown === title ? undefined : title}>
          {shown}
        </h2>
        {onClose === undefined ? null : (
          <span className="dialog-close">
            <IconButton icon="close" label={said.close} onClick={onClose} />
          </span>
        )}
      </div>
      <div className="dialog-body">{children}</div>
      {actions === undefined ? null : <div className="dialog-actions">{actions}</div>}
    </dialog>
  );
}
