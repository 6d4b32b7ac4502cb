import { Fragment, type ReactNode } from 'react';
import { Button } from '../controls/button.tsx';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';
import { useCopy } from './use-copy.ts';

interface CodeBlockProps {
  readonly code: string;
  readonly label: string;
  /** Lines end where the box does, between words. */
  readonly wraps?: boolean;
}

/** Commands to copy: what is shown is what is copied. */
export function CodeBlock({ code, label, wraps = false }: CodeBlockProps): ReactNode {
  const said = useTexts(uiTexts);
  const { copied, copy } = useCopy();
  return (
    <div className="code-block" lang="en">
      <pre tabIndex={0} aria-label={label}>
        <code>{wraps ? wordsOf(code) : code}</code>
      </pre>
      <Button
        small
        icon={copied ? 'check' : 'copy'}
        aria-label={`${said.copy}: ${label}`}
        onClick={() => copy(code)}
      >
        {copied ? said.copied : said.copy}
      </Button>
    </div>
  );
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
            <span className="part">{part[0]}</span>
          </Fragment>
        ))}
      </span>
    ),
  );
}
