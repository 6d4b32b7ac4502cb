import type { ReactNode } from 'react';
import { Problem } from '../ui/feedback/problem.tsx';
import { useLanguage, useTexts } from '../ui/text/language.tsx';
import { ApiError } from './api-error.ts';
import { useBecauseText } from './because/use-because-text.ts';
import { failureText } from './failure-text.ts';
import { apiTexts } from './text.ts';

/** A refused or failed request, where its answer would have been. */
export function Failure({
  error,
  onAgain,
}: {
  readonly error: Error;
  readonly onAgain?: () => void;
}): ReactNode {
  const said = useTexts(apiTexts);
  const { language } = useLanguage();
  const textOf = useBecauseText();
  if (!(error instanceof ApiError))
    return <Problem title={said.broken} why={error.message} onAgain={onAgain} remedy={said.reload} />;
  const { message, detail, because, requestId, status } = error;
  const own = textOf(because);
  const about = { why: own ?? message, whyIn: own === undefined ? 'en' : language, requestId } as const;
  if (status === 401)
    return <Problem title={said.signInNeeded} remedy={detail ?? said.signInRemedy} {...about} />;
  if (status === 403)
    return <Problem title={said.forbidden} remedy={detail ?? said.forbiddenRemedy} {...about} />;
  if (status === 404)
    return <Problem title={said.notFound} remedy={detail ?? said.notFoundRemedy} {...about} />;
  const title = status === 0 ? said.away : said.failed;
  return <Problem title={title} remedy={detail ?? said.failedRemedy} {...about} onAgain={onAgain} />;
}

/** In one line, beside what was tried. */
export function useFailureText(): (error: Error) => string {
  const said = useTexts(apiTexts);
  const { language } = useLanguage();
  return (error) => failureText(error, language, said);
}
