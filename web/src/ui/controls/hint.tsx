import { type ReactNode, useEffect, useRef } from 'react';

const [gap, edge] = [4, 8];

/**
 * A word about the control before it, for whoever points at that, comes to it by keyboard, or presses it, which on a touch
 * screen is all there is; above everything, so that no frame clips it.
 */
export function Hint({ id, children }: { readonly id: string; readonly children: string }): ReactNode {
  const hint = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const own = hint.current;
    const control = own?.previousElementSibling;
    if (own === null || control === null || control === undefined) return undefined;
    const listening = new AbortController();
    const { signal } = listening;
    const hide = (): void => own.hidePopover();
    for (const event of ['pointerenter', 'focus', 'click'])
      control.addEventListener(event, () => showBeside(own, control), { signal });
    for (const event of ['pointerleave', 'blur']) control.addEventListener(event, hide, { signal });
    document.addEventListener('keydown', ({ key }) => (key === 'Escape' ? hide() : undefined), { signal });
    addEventListener('scroll', hide, { signal, capture: true, passive: true });
    return () => listening.abort();
  }, []);
  return (
    <span id={id} className="hint" role="tooltip" popover="manual" ref={hint}>
      {children}
    </span>
  );
}

function showBeside(own: HTMLElement, control: Element): void {
  own.showPopover();
  const from = control.getBoundingClientRect();
  const { width, height } = own.getBoundingClientRect();
  const below = from.bottom + gap;
  own.style.top = `${below + height + edge <= innerHeight ? below : from.top - gap - height}px`;
  own.style.left = `${Math.max(edge, Math.min(from.left, innerWidth - edge - width))}px`;
}
