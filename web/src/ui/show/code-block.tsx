import { Fragment, type ReactNode } from 'react';
import { Button } from '../controls/button.tsx';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { useCopy } from './use-copy.ts';

interface CodeBlockProps {
  readonly code: string;
  readonly label: string;
  /** Lines end where the box does, between words. */
  readonly wraps?: 'words';
}

/** Commands to copy: what is shown is what is copied. */
export function CodeBlock({ code, label, wraps }: CodeBlockProps): ReactNode {
  const said = useTexts(uiTexts);
  const { copied, copy } = useCopy();
  return (
    <div className="code-block" lang="en">
      <pre tabIndex={0} aria-label={label}>
        <code>{wraps === 'words' ? linesOf(code) : code}</code>
      </pre>
      <Button
        small
        icon={copied ? 'check' : 'copy'}
        aria-label={said.named(said.copy, label)}
        onClick={() => copy(code)}
      >
        {copied ? said.copied : said.copy}
      </Button>
    </div>
  );
}

/** What of a command is on further lines stands a little in. */
function linesOf(code: string): ReactNode {
  return code.split('\n').map((line, no, { length }) => (
    <span className="line" key={no}>
      {wordsOf(line)}
      {no < length - 1 ? '\n' : null}
    </span>
  ));
}

/** Lines end between words; within one that is too long for a line, behind a part of an address, not behind any hyphen. */
function wordsOf(code: string): ReactNode {
  return [...code.matchAll(/\s+|\S+/g)].map(({ 0: word, index }) =>
    word.trim() === '' ? (
      word
    ) : (
      <span className="word" key={index}>
        {[...word.matchAll(/[^/:@=,]+[/:@=,]?|[/:@=,]/g)].map((part) => (
          <Fragment key={part.index}>
            {part.index === 0 ? null : <wbr />}
            <span className="part">{partOf(part[0])}</span>
          </Fragment>
        ))}
      </span>
    ),
  );
}

/** Of a digest all but twelve digits can be left out. */
function partOf(part: string): ReactNode {
  if (!/^[0-9a-f]{64,128}$/.test(part)) return part;
  return (
    <>
      {part.slice(0, 12)}
      <span className="digest-rest">{part.slice(12)}</span>
    </>
  );
}
