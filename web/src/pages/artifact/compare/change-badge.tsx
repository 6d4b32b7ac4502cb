import type { ReactNode } from 'react';
import { Badge } from '../../../ui/show/values.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { type ChangeKind, changeKinds } from './comparison.ts';
import { compareTexts } from './text.ts';

/** The word says it; sign and colour only help. */
export function ChangeBadge({ change }: { readonly change: string | undefined }): ReactNode {
  const said = useTexts(compareTexts);
  const kind = change as ChangeKind | undefined;
  if (kind === undefined) return null;
  const { look, sign } = changeKinds[kind];
  return (
    <Badge kind={look}>
      <span aria-hidden="true">{sign}</span>
      {said[kind]}
    </Badge>
  );
}
