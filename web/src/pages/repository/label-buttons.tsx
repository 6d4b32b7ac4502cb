import type { ReactNode } from 'react';
import type { Action } from '../../api/batch/doing-of.ts';
import { Button } from '../../ui/controls/button.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { repositoryTexts } from './text.ts';

interface LabelButtonsProps {
  readonly can: (permission: string) => boolean | undefined;
  readonly of: 'tags' | 'artifacts';
  readonly onAction: (action: Action) => void;
}

/** What is not allowed is left out. */
export function LabelButtons({ can, of, onAction }: LabelButtonsProps): ReactNode {
  const said = useTexts(repositoryTexts);
  return (
    <>
      {can('artifact-label:create') === true ? (
        <Button onClick={() => onAction(`label-${of}`)}>{said.putLabel}</Button>
      ) : null}
      {can('artifact-label:delete') === true ? (
        <Button onClick={() => onAction(`unlabel-${of}`)}>{said.takeLabel}</Button>
      ) : null}
    </>
  );
}
