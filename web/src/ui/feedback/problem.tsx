import type { ReactNode } from 'react';
import { Button } from '../controls/button.tsx';
import { useCopy } from '../show/use-copy.ts';
import { useTexts } from '../text/language.tsx';
import type { Language } from '../text/say.ts';
import { uiTexts } from '../text.ts';

interface ProblemProps {
  /** What did not work. */
  readonly title: string;
  /** Why, in the server's words unless it is said to be in others. */
  readonly why?: string | undefined;
  readonly whyIn?: Language;
  /** What of that sentence is typed elsewhere, such as a digest. */
  readonly whyCode?: string | undefined;
  /** What to do. */
  readonly remedy?: ReactNode;
  readonly requestId?: string | undefined;
  readonly onAgain?: (() => void) | undefined;
  readonly children?: ReactNode;
}

/** A failure that takes the place of what was asked for. */
export function Problem({
  title,
  why,
  whyIn = 'en',
  whyCode,
  remedy,
  requestId,
  onAgain,
  children,
}: ProblemProps): ReactNode {
  const said = useTexts(uiTexts);
  const { copied, copy } = useCopy();
  const report = `${title}: ${why ?? ''} (${requestId ?? '-'}) ${new Date().toISOString()} ${location.pathname}`;
  return (
    <section className="problem-card" role="alert">
      <h2>{title}</h2>
      {why === undefined ? null : (
        <p className="problem-why" lang={whyIn}>
          {whyCode === undefined ? why : withCode(why, whyCode)}
        </p>
      )}
      {remedy === undefined ? null : <div className="problem-remedy">{remedy}</div>}
      {children}
      <div className="problem-actions">
        {onAgain === undefined ? null : <Button onClick={onAgain}>{said.tryAgain}</Button>}
        <Button look="quiet" icon={copied ? 'check' : 'copy'} onClick={() => copy(report)}>
          {copied ? said.copied : said.copyDiagnostic}
        </Button>
        {requestId === undefined ? null : (
          <span className="meta">
            {said.requestId} <code>{requestId}</code>
          </span>
        )}
      </div>
    </section>
  );
}

function withCode(sentence: string, code: string): ReactNode {
  const at = sentence.indexOf(code);
  if (at < 0) return sentence;
  return (
    <>
      {sentence.slice(0, at)}
      <code lang="en">{code}</code>
      {sentence.slice(at + code.length)}
    </>
  );
}
