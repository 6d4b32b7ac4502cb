import type { ComponentProps, ReactNode } from 'react';
import { Link } from '../navigation/link.tsx';
import { Icon, type IconName } from '../show/icon.tsx';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'type' | 'disabled'> {
  readonly look?: Look;
  readonly small?: boolean;
  readonly icon?: IconName;
  readonly submit?: boolean;
  /** Waits for an answer: pressed again it does nothing. */
  readonly busy?: boolean;
  /** Why it can not be pressed: it stays in the order of the keyboard, so that the reason can be read. */
  readonly whyNot?: string | undefined;
}

export function Button(props: ButtonProps): ReactNode {
  const { look = 'plain', small, icon, submit, busy, whyNot, className, onClick, children, ...rest } = props;
  const off = busy === true || whyNot !== undefined;
  return (
    <button
      type={submit === true ? 'submit' : 'button'}
      className={`button ${look}${small === true ? ' small' : ''} ${className ?? ''}`}
      aria-disabled={off || undefined}
      aria-busy={busy === true || undefined}
      title={whyNot ?? rest.title}
      {...rest}
      onClick={(event) => {
        if (off) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {icon === undefined ? null : <Icon name={icon} />}
      {children === undefined ? null : <span>{children}</span>}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  readonly icon: IconName;
  /** What it does, for those who do not see the icon. */
  readonly label: string;
}

export function IconButton({ icon, label, ...rest }: IconButtonProps): ReactNode {
  return <Button look="quiet" aria-label={label} title={label} icon={icon} {...rest} />;
}

interface LinkButtonProps {
  readonly to: string;
  readonly look?: Look;
  readonly icon?: IconName;
  readonly children: ReactNode;
}

export function LinkButton({ to, look = 'plain', icon, children }: LinkButtonProps): ReactNode {
  return (
    <Link to={to} className={`button ${look}`}>
      {icon === undefined ? null : <Icon name={icon} />}
      <span>{children}</span>
    </Link>
  );
}
