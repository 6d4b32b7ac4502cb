import type { ReactNode } from 'react';

/** Drawn by an attribute: the policy of the server lets no style in. */
export function Swatch({ color }: { readonly color: string | undefined }): ReactNode {
  return (
    <svg className="swatch" width={14} height={14} viewBox="0 0 14 14" aria-hidden="true">
      <circle cx={7} cy={7} r={6} fill={colorOf(color) ?? 'none'} />
    </svg>
  );
}

/** A colour that can be drawn; Harbor keeps any text. */
function colorOf(text: string | undefined): string | undefined {
  return text !== undefined && /^#[\da-f]{6}$/i.test(text) ? text : undefined;
}
