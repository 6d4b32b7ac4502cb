import type { ReactNode } from 'react';
import { Badge } from '../../ui/show/values.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { repositoryTexts } from './text.ts';

const shown = 3;

export function Platforms({ names = [] }: { readonly names: readonly string[] | undefined }): ReactNode {
  const said = useTexts(repositoryTexts);
  if (names.length === 0) return <span className="muted">–</span>;
  const left = names.slice(shown);
  return (
    <span className="badges" lang="en">
      {names.slice(0, shown).map((name) => (
        <Badge key={name}>{name}</Badge>
      ))}
      {left.length === 0 ? null : <Badge title={left.join(', ')}>{said.more(left.length)}</Badge>}
    </span>
  );
}
