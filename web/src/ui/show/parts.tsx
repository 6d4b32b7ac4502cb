import { Fragment, type ReactNode } from 'react';

interface PartsProps {
  readonly text: string;
  /** Behind these characters its lines may end, and nowhere else while there is room for a part. */
  readonly at?: string;
}

/** A path, a list of them, a media type, or a sentence with such in it: never cut in the middle of a name. */
export function Parts({ text, at = '/:' }: PartsProps): ReactNode {
  return text
    .split(/(\s+)/)
    .map((word, no) => (
      <Fragment key={no}>{/[^\p{L}]/u.test(word.trim()) ? partsOf(word, at).map(partAt) : word}</Fragment>
    ));
}

function partAt(part: string, no: number): ReactNode {
  return (
    <Fragment key={no}>
      {no === 0 ? null : <wbr />}
      <span className="part">{part}</span>
    </Fragment>
  );
}

/** Each with the character that ends it; what stands before the first, as of a whole path, is no part. */
function partsOf(word: string, at: string): readonly string[] {
  const [ends, others] = [`[${at}]`, `[^${at}]`];
  return word.match(new RegExp(`${ends}*${others}+(?:://|${ends})?|${ends}+`, 'gu')) ?? [word];
}
