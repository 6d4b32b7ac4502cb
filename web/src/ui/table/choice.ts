import { useState } from 'react';
import type { Selection } from './data-table.tsx';

/** Which rows of a list somebody has chosen, on whichever of its pages, or all that match its filter. */
export interface Choice {
  readonly selection: Selection;
  readonly everything: boolean;
  readonly all: () => void;
  readonly clear: () => void;
}

interface Chosen {
  readonly of: string;
  readonly keys: ReadonlySet<string>;
  readonly everything: boolean;
}

/** @param filter what the list is filtered by: with another one nothing is chosen, since it may not be seen any more */
export function useChoice(filter: string): Choice {
  const none: Chosen = { of: filter, keys: new Set(), everything: false };
  const [stored, setStored] = useState(none);
  const { keys, everything } = stored.of === filter ? stored : none;
  return {
    everything,
    selection: {
      chosen: keys,
      everything,
      onChosen: (chosen) => setStored({ of: filter, keys: chosen, everything: false }),
    },
    all: () => setStored({ of: filter, keys, everything: true }),
    clear: () => setStored(none),
  };
}
