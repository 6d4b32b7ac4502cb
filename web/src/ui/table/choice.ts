import { useState } from 'react';
import type { Selection } from './data-table.tsx';

/** Which rows of a list somebody has chosen, on whichever of its pages, or all that match its filter. */
export interface Choice {
  readonly selection: Selection;
  readonly everything: boolean;
  /** Of all that match, those that were left out again. */
  readonly except: ReadonlySet<string>;
  readonly all: () => void;
  readonly clear: () => void;
}

interface Chosen {
  readonly of: string;
  readonly keys: ReadonlySet<string>;
  readonly everything: boolean;
  readonly except: ReadonlySet<string>;
}

/** @param filter what the list is filtered by: with another one nothing is chosen, since it may not be seen any more */
export function useChoice(filter: string): Choice {
  const none: Chosen = { of: filter, keys: new Set(), everything: false, except: new Set() };
  const [stored, setStored] = useState(none);
  const now = stored.of === filter ? stored : none;
  const { keys, everything, except } = now;
  return {
    everything,
    except,
    selection: {
      chosen: keys,
      everything,
      except,
      onChosen: (chosen) => setStored({ ...none, keys: chosen }),
      onExcept: (left) => setStored({ ...now, except: left }),
    },
    all: () => setStored({ ...none, keys, everything: true }),
    clear: () => setStored(none),
  };
}
