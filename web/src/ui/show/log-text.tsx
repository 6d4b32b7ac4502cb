import { type ReactNode, useEffect, useRef } from 'react';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';

interface LogTextProps {
  readonly label: string;
  /** Undefined: not there yet. */
  readonly text: string | undefined;
  /** Its end stays in sight while more comes. */
  readonly follows?: boolean;
}

/** What a program wrote, line by line. */
export function LogText({ label, text, follows }: LogTextProps): ReactNode {
  const said = useTexts(uiTexts);
  const ref = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (follows === true && text !== undefined) ref.current?.scrollTo({ top: ref.current.scrollHeight });
  }, [follows, text]);
  if (text === '') return <p className="muted">{said.noLog}</p>;
  return (
    <pre ref={ref} className="log-text" tabIndex={0} role="region" aria-label={label} lang="en">
      {text ?? '…'}
    </pre>
  );
}
