import { useSyncExternalStore } from 'react';

/** As in `lists.css`: where a table is a list of cards. */
const narrow = '(max-width: 719px)';

export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(narrow).matches);
}

function subscribe(told: () => void): () => void {
  const query = matchMedia(narrow);
  query.addEventListener('change', told);
  return () => query.removeEventListener('change', told);
}
