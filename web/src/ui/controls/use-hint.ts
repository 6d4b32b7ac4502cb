import { useEffect, useRef, useState } from 'react';

const [gap, edge] = [4, 8];

/**
 * A word beside a control, for whoever points at it, comes to it by keyboard, or presses it, which on a touch screen is all
 * there is; above everything, so that no frame clips it.
 */
export function useHint(on: boolean) {
  const hint = useRef<HTMLSpanElement>(null);
  const [of, setOf] = useState<HTMLElement>();
  useEffect(() => {
    const own = hint.current;
    if (!on || of === undefined || own === null) return undefined;
    const close = (): void => setOf(undefined);
    own.showPopover();
    const from = of.getBoundingClientRect();
    const { width, height } = own.getBoundingClientRect();
    const below = from.bottom + gap;
    own.style.top = `${below + height + edge <= innerHeight ? below : from.top - gap - height}px`;
    own.style.left = `${Math.max(edge, Math.min(from.left, innerWidth - edge - width))}px`;
    addEventListener('scroll', close, { capture: true, passive: true });
    return () => {
      own.hidePopover();
      removeEventListener('scroll', close, { capture: true });
    };
  }, [on, of]);
  const show = ({ currentTarget }: { readonly currentTarget: HTMLElement }): void => setOf(currentTarget);
  const hide = (): void => setOf(undefined);
  const events = {
    onPointerEnter: show,
    onFocus: show,
    onPointerLeave: hide,
    onBlur: hide,
    onKeyDown: ({ key }: { readonly key: string }): void => {
      if (key === 'Escape') hide();
    },
  };
  return { hint, show, events: on ? events : {} };
}
