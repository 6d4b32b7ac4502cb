import type { ReactNode } from 'react';
import { Badge, Time } from '../../../ui/show/values.tsx';
import { useTexts } from '../../../ui/text/language.tsx';
import { partsTexts } from './text.ts';

const nearMs = 14 * 86_400_000;

/** When something ends; marked when that is near or over. */
export function Ending({ at }: { readonly at: string | number | undefined }): ReactNode {
  const said = useTexts(partsTexts);
  if (at === undefined) return <span className="muted ending">{said.noEnd}</span>;
  const left = new Date(at).getTime() - Date.now();
  if (left > nearMs) return <Time at={at} ends />;
  return (
    <Badge kind={left <= 0 ? 'danger' : 'warning'}>
      <Time at={at} ends />
    </Badge>
  );
}
