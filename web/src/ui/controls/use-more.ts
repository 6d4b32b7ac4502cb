import { type RefObject, useEffect, useState } from 'react';

/**
 * Where a strip that scrolls sideways goes on: `start`, `end`, both or nothing, for its `data-more`, by which that edge
 * fades.
 */
export function useMore(strip: RefObject<HTMLElement | null>): string {
  const [more, setMore] = useState('');
  useEffect(() => {
    const element = strip.current;
    if (element === null) return undefined;
    const look = (): void => setMore(moreOf(element));
    look();
    element.addEventListener('scroll', look, { passive: true });
    const sizes = new ResizeObserver(look);
    // A font or a number that comes later makes what is in it wider.
    for (const each of [element, ...element.children]) sizes.observe(each);
    return () => {
      element.removeEventListener('scroll', look);
      sizes.disconnect();
    };
  }, [strip]);
  return more;
}

/** Places are fractions of a pixel where the window is zoomed. */
const slack = 2;

function moreOf({ scrollLeft, scrollWidth, clientWidth }: HTMLElement): string {
  const before = scrollLeft > slack ? ['start'] : [];
  const after = scrollLeft + clientWidth < scrollWidth - slack ? ['end'] : [];
  return [...before, ...after].join(' ');
}
