import { Fragment, type ReactNode } from 'react';

interface PartsProps {
  readonly text: string;
  /** Behind these characters its lines may end, and nowhere else while there is room for a part. */
  readonly at?: string;
}

/** A path, a list of them, a media type: never cut in the middle of a name. */
export function Parts({ text, at = '/:' }: PartsProps): ReactNode {
  return partsOf(text, at).map((part, no) => (
    <Fragment key={no}>
      {no === 0 ? null : <wbr />}
      <span className="part">{part}</span>
    </Fragment>
  ));
}

/** Each with the characters that end it. */
function partsOf(text: string, at: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  const letters = [...text];
  for (const [no, letter] of letters.entries()) {
    part += letter;
    const next = letters[no + 1];
    if (next === undefined || !at.includes(letter) || at.includes(next)) continue;
    parts.push(part);
    part = '';
  }
  return [...parts, part];
}
