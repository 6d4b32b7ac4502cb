import type { ComponentProps, MouseEvent, ReactNode } from 'react';
import { navigate } from './location.ts';
import { outward } from './prefix.ts';

type LinkProps = Omit<ComponentProps<'a'>, 'href' | 'onClick'> & {
  readonly to: string;
  readonly onFollow?: (() => void) | undefined;
};

/** A link within the console; opened in a new tab as any other one. */
export function Link({ to, onFollow, children, ...rest }: LinkProps): ReactNode {
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
    onFollow?.();
  };
  return (
    <a href={outward(to)} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
