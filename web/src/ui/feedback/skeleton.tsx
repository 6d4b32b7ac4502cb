import type { ReactNode } from 'react';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';

/** Lines where text is going to be; shown only when that takes a while. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }): ReactNode {
  const said = useTexts(uiTexts);
  return (
    <div className="skeleton" role="status">
      <span className="unseen">{said.loading}</span>
      {Array.from({ length: lines }, (_, at) => (
        <div key={at} className="skeleton-line" />
      ))}
    </div>
  );
}
