import type { ReactNode } from 'react';
import { Parts } from '../../ui/show/parts.tsx';
import { urlInShort } from './url-in-short.ts';
import type { Target } from './webhook-draft.ts';

/** Where a target is, its lines ending behind the end of a part: of a long URL its host and its end, which tell URLs apart. */
export function TargetAddress({
  target: { type, address = '' },
  whole = false,
}: {
  readonly target: Target;
  readonly whole?: boolean;
}): ReactNode {
  const all = type === 'email' ? address.split(',') : [address];
  return (
    <span className="webhook-address" title={all.join(', ')} lang="en">
      {type === 'email' ? (
        all.map((each, no) => <Mailbox key={each} address={no + 1 < all.length ? `${each},` : each} />)
      ) : (
        <Parts text={whole ? address : urlInShort(address)} at="/:.?&=" />
      )}
    </span>
  );
}

/** It begins in a line of its own where it has no room behind the one before. */
function Mailbox({ address }: { readonly address: string }): ReactNode {
  return (
    <>
      <span className="webhook-mailbox">
        <Parts text={address} at="@." />
      </span>{' '}
    </>
  );
}
