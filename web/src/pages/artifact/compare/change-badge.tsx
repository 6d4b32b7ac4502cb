import type { ReactNode } from 'react';
import { Badge } from '../../../ui/show/values.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { type ChangeKind, changeKinds } from './comparison.ts';
import { compareTexts } from './text.ts';

/** The word says it, the colour only helps. */
export function ChangeBadge({ change }: { readonly change: string | undefined }): ReactNode {
  const said = useTexts(compareTexts);
  const kind = change as ChangeKind | undefined;
  return kind === undefined ? null : <Badge kind={changeKinds[kind]}>{said[kind]}</Badge>;
}
