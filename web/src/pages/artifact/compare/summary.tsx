import type { ReactNode } from 'react';
import { Button } from '../../../ui/controls/button.tsx';
import { Badge, Count, Size } from '../../../ui/show/values.tsx';
import { formatBytes, formatNumber } from '../../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../../ui/text/language.tsx';
import { type Comparison, changeKinds } from './comparison.ts';
import { compareTexts } from './text.ts';

interface SummaryProps {
  readonly comparison: Comparison;
  readonly onAgain: () => void;
}

/** What became of it in a line. */
export function Summary({ comparison, onAgain }: SummaryProps): ReactNode {
  const said = useTexts(compareTexts);
  const { language } = useLanguage();
  const {
    before,
    after,
    shared_layers: shared,
    added_size: added,
    files,
    unread_layers: unread = 0,
  } = comparison;
  const more = (after?.size ?? 0) - (before?.size ?? 0);
  return (
    <>
      <p className="image-totals">
        <span>
          <span className="muted">{said.size}</span> <Size bytes={before?.size} /> →{' '}
          <Size bytes={after?.size} />{' '}
          {more === 0 ? null : (
            <span className="muted number">{`${more > 0 ? '+' : '−'}${formatBytes(Math.abs(more), language)}`}</span>
          )}
        </span>
        <span>
          <Count value={shared} />{' '}
          <span className="muted">{shared === 1 ? said.sameLayer : said.sameLayers}</span>
        </span>
        <span>
          <Size bytes={added} />
          <span className="muted">{said.newLayers}</span>
        </span>
        {comparison.reading === true ? (
          <span className="muted" role="status">
            {said.reading}
          </span>
        ) : null}
        {files === undefined ? null : (
          <span className="file-counts">
            <span className="muted">{said.files}</span>
            {(['added', 'changed', 'removed'] as const).map((change) => (
              <Badge key={change} kind={(files[change] ?? 0) === 0 ? 'plain' : changeKinds[change].look}>
                <span aria-hidden="true">{changeKinds[change].sign}</span>
                {`${said[change]} ${formatNumber(files[change] ?? 0, language)}`}
              </Badge>
            ))}
          </span>
        )}
      </p>
      {comparison.reason === undefined ? null : (
        <p>
          <span lang="en">{comparison.reason}</span>{' '}
          <Button small onClick={onAgain}>
            {said.again}
          </Button>
        </p>
      )}
      {unread === 0 ? null : <p className="muted">{said.unread(formatNumber(unread, language))}</p>}
    </>
  );
}
