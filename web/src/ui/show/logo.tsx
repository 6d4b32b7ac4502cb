import type { ReactNode } from 'react';

/** The picture of `icon.svg`, drawn in the colours of the theme. */
export function Logo({ size = 28 }: { readonly size?: number }): ReactNode {
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" />
      <path d="M6 21c2 0 2 1.5 4 1.5S12 21 14 21s2 1.5 4 1.5S20 21 22 21s2 1.5 4 1.5M9 17V9h6v8m2 0v-5h6v5" />
    </svg>
  );
}
