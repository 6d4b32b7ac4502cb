import { type ComponentProps, type ReactNode, useId } from 'react';
import { Link } from '../navigation/link.tsx';
import { Icon, type IconName } from '../show/icon.tsx';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { Hint } from './hint.tsx';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'type' | 'disabled'> {
  readonly look?: Look;
  readonly small?: boolean;
  readonly icon?: IconName;
  readonly submit?: boolean;
  /** Waits for an answer: pressed again it does nothing. */
  readonly busy?: boolean;
  /** Why it can not be pressed, and who can help: it stays in the order of the keyboard, so that the reason can be read. */
  readonly whyNot?: string | undefined;
  /** Where the reason stands: beside it, or where there is no room, when it is pointed at, focused or pressed. */
  readonly whyBy?: 'text' | 'hint';
}

export function Button(props: ButtonProps): ReactNode {
  const { look = 'plain', small, icon, submit, busy, whyNot, whyBy, className, ...others } = props;
  const { onClick, children, title, ...rest } = others;
  const off = busy === true || whyNot !== undefined;
  const hinted = (whyBy ?? (small === true ? 'hint' : 'text')) === 'hint';
  const id = useId();
  return (
    <>
      <button
        type={submit === true ? 'submit' : 'button'}
        className={`button ${look}${small === true ? ' small' : ''} ${className ?? ''}`}
        aria-disabled={off || undefined}
        aria-busy={busy === true || undefined}
        aria-describedby={whyNot === undefined ? undefined : id}
        title={whyNot === undefined ? title : undefined}
        {...rest}
        onClick={(event) => {
          if (off) event.preventDefault();
          else onClick?.(event);
        }}
      >
        {icon === undefined ? null : <Icon name={icon} />}
        {children === undefined ? null : <span>{children}</span>}
      </button>
      {whyNot === undefined ? null : hinted ? (
        <Hint id={id}>{whyNot}</Hint>
      ) : (
        <span id={id} className="help why">
          {whyNot}
        </span>
      )}
    </>
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  readonly icon: IconName;
  /** What it does, for those who do not see the icon. */
  readonly label: string;
}

export function IconButton({ icon, label, ...rest }: IconButtonProps): ReactNode {
  return <Button look="quiet" aria-label={label} title={label} icon={icon} whyBy="hint" {...rest} />;
}

interface DeleteButtonProps extends Pick<ButtonProps, 'whyNot' | 'busy' | 'onClick'> {
  /** What is deleted, too. */
  readonly label: string;
  /** Default: deletes. */
  readonly children?: ReactNode;
}

/** The one form of what destroys the thing of a row. */
export function DeleteButton({ label, children, ...rest }: DeleteButtonProps): ReactNode {
  const said = useTexts(uiTexts);
  return (
    <Button small look="danger" icon="trash" aria-label={label} title={label} {...rest}>
      {children ?? said.delete}
    </Button>
  );
}

interface LinkButtonProps {
  readonly to: string;
  readonly look?: Look;
  readonly icon?: IconName;
  readonly small?: boolean;
  /** For those who do not see the row that it is in. */
  readonly label?: string;
  readonly children: ReactNode;
}

export function LinkButton({ to, look = 'plain', icon, small, label, children }: LinkButtonProps): ReactNode {
  return (
    <Link to={to} className={`button ${look}${small === true ? ' small' : ''}`} aria-label={label}>
      {icon === undefined ? null : <Icon name={icon} />}
      <span>{children}</span>
    </Link>
  );
}
