import type { ReactNode } from 'react';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { failedTexts } from './failed-text.ts';
import { asSentence, whyFailed } from './why-failed.ts';

/** What went wrong, in the language of the page, with the server's own words; then what to do. */
export function JobFailure({ message }: { readonly message: string }): ReactNode {
  const said = useTexts(failedTexts);
  const { language } = useLanguage();
  const { why, next } = whyFailed(message, said);
  return (
    <div className="banner danger" role="alert">
      <div className="job-failure">
        {why === undefined ? null : <strong>{why}</strong>}
        {why !== undefined && language === 'en' ? null : (
          <p>
            {language === 'en' ? null : said.serverSays}
            <span lang="en">{asSentence(message)}</span>
          </p>
        )}
        <p>{next}</p>
      </div>
    </div>
  );
}
