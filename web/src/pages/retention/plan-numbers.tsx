import type { ReactNode } from 'react';
import { formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { retentionTexts } from './text.ts';

export interface Numbers {
  readonly artifacts?: number;
  readonly dropped_artifacts?: number;
  readonly tags?: number;
  readonly dropped_tags?: number;
  readonly dropped_pulled_tags?: number;
  readonly freed_bytes?: number;
}

/** What a plan comes to. */
export function PlanNumbers({ numbers }: { readonly numbers: Numbers }): ReactNode {
  const said = useTexts(retentionTexts);
  const { language } = useLanguage();
  const number = (value = 0): string => formatNumber(value, language);
  return (
    <>
      <p className="retention-answer">
        {(numbers.dropped_artifacts ?? 0) === 0 && (numbers.dropped_tags ?? 0) === 0 ? (
          <>
            {said.nothingGoes}{' '}
            <span className="meta">{said.ofAll(number(numbers.tags), number(numbers.artifacts))}</span>
          </>
        ) : (
          said.drops(
            number(numbers.dropped_tags),
            number(numbers.tags),
            number(numbers.dropped_artifacts),
            number(numbers.artifacts),
          )
        )}
      </p>
      <p>
        {said.frees(number(numbers.freed_bytes))}
        {(numbers.dropped_pulled_tags ?? 0) === 0
          ? null
          : ` · ${said.pulledLately(number(numbers.dropped_pulled_tags))}`}
      </p>
    </>
  );
}
