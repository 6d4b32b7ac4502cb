import { startTransition, useEffect, useState } from 'react';

let hasAnyBegun = false;

/**
 * False while the first page that the browser shows is drawn first, for what it can be used without for a moment. From then on
 * all is drawn at once: who comes back to a page finds his place.
 */
export function useBegun(): boolean {
  const [hasBegun, setBegun] = useState(hasAnyBegun);
  useEffect(() => {
    hasAnyBegun = true;
    startTransition(() => setBegun(true));
  }, []);
  return hasBegun;
}
