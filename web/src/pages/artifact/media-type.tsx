import type { ReactNode } from 'react';
import { Parts } from '../../ui/show/parts.tsx';

/** Its lines end behind a part of it, of which `v1+json` is one. */
export function MediaType({ name }: { readonly name: string }): ReactNode {
  return (
    <code className="media-type">
      <Parts text={name} at="/." />
    </code>
  );
}
