import type { ReactNode } from 'react';
import { useFailureText } from '../../api/failure.tsx';
import { type Deletion, useDeletion } from '../../api/use-deletion.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Dialog } from '../../ui/controls/dialog.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { repositoryTexts } from './text.ts';

interface DeleteDialogProps {
  readonly title: string;
  readonly effect: string;
  /** What goes, by name. */
  readonly names: readonly string[];
  readonly things: readonly Deletion[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const shown = 12;

/** Says what goes and how it comes back, before anything happens. */
export function DeleteDialog(props: DeleteDialogProps): ReactNode {
  const { title, effect, names, things, onClose, onDone } = props;
  const said = useTexts(repositoryTexts);
  const failureText = useFailureText();
  const { remove, isPending, error } = useDeletion();
  const done = (): void => {
    onClose();
    onDone();
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{said.cancel}</Button>
          <Button look="danger" busy={isPending} onClick={() => remove(things, done)}>
            {said.confirm}
          </Button>
        </>
      }
    >
      <p>{effect}</p>
      <ul className="name-list" lang="en">
        {names.slice(0, shown).map((name) => (
          <li key={name}>
            <code>{name}</code>
          </li>
        ))}
      </ul>
      {names.length > shown ? <p className="meta">{said.more(names.length - shown)}</p> : null}
      <p className="muted">{said.undo}</p>
      {error === null ? null : (
        <p className="problem" role="alert">
          {failureText(error)}
        </p>
      )}
    </Dialog>
  );
}
