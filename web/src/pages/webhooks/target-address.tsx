import { Fragment, type ReactNode } from 'react';
import { Parts } from '../../ui/show/parts.tsx';
import type { Target } from './webhook-draft.ts';

const longest = 44;
const [head, tail] = [26, 14];

/** Where a target is, its lines ending behind the end of a part: mail addresses apart, of a long URL host and end. */
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
      {all.map((each, no) => (
        <Fragment key={each}>
          {no === 0 ? null : ', '}
          <Parts text={whole ? each : shortened(each)} at={type === 'email' ? '@.' : '/:.?&='} />
        </Fragment>
      ))}
    </span>
  );
}

/** Its host and its end tell addresses apart: what is left out is the middle. The sign for it stays between both. */
function shortened(text: string): string {
  const joiner = '\u2060';
  return text.length <= longest ? text : `${text.slice(0, head)}${joiner}…${joiner}${text.slice(-tail)}`;
}
