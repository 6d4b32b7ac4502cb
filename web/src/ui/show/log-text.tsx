import { type ReactNode, useEffect, useRef } from 'react';
import { useLanguage, useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';

interface LogTextProps {
  readonly label: string;
  /** Undefined: not there yet. */
  readonly text: string | undefined;
  /** Its end stays in sight while more comes. */
  readonly follows?: boolean;
  /** The server wrote it: in English, whatever the page is in. */
  readonly ours?: boolean;
}

/** What a program wrote, line by line. */
export function LogText({ label, text, follows, ours }: LogTextProps): ReactNode {
  const said = useTexts(uiTexts);
  const { language } = useLanguage();
  const ref = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (follows === true && text !== undefined) ref.current?.scrollTo({ top: ref.current.scrollHeight });
  }, [follows, text]);
  if (text === '') return <p className="muted">{said.noLog}</p>;
  return (
    <>
      {language === 'en' || ours !== true ? null : <p className="meta">{said.logLanguage}</p>}
      <pre ref={ref} className="log-text" tabIndex={0} role="region" aria-label={label} lang="en">
        {text ?? '…'}
      </pre>
    </>
  );
}
