import type { ReactNode } from 'react';
import { colorOf } from './label.ts';

/** Drawn by an attribute: the policy of the server lets no style in. */
export function Swatch({ color }: { readonly color: string | undefined }): ReactNode {
  return (
    <svg className="label-swatch" width={14} height={14} viewBox="0 0 14 14" aria-hidden="true">
      <circle cx={7} cy={7} r={6} fill={colorOf(color) ?? 'none'} />
    </svg>
  );
}
