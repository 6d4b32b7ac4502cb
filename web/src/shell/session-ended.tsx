import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiError } from '../api/api-error.ts';
import { userKey, useSession } from '../api/session.tsx';
import { SignInForm } from '../api/sign-in-form.tsx';
import { currentView } from '../api/view/current-view.ts';
import { Dialog } from '../ui/controls/dialog.tsx';
import { useTexts } from '../ui/text/language.tsx';
import { shellTexts } from './text.ts';

/** Over the page, which keeps what was typed: a request was refused because nobody is signed in any more. */
export function SessionEnded(): ReactNode {
  const said = useTexts(shellTexts);
  const ended = useSessionEnded();
  const { user } = useSession();
  const [name, setName] = useState<string>();
  const username = user?.username;
  useEffect(() => {
    if (username !== undefined) setName(username);
  }, [username]);
  if (!ended.is || name === undefined) return null;
  return (
    <Dialog title={said.sessionEnded} onClose={undefined}>
      <p>{said.sessionEndedText}</p>
      <SignInForm username={currentView()?.by ?? name} onSignedIn={ended.over} />
    </Dialog>
  );
}

function useSessionEnded(): { readonly is: boolean; readonly over: () => void } {
  const queries = useQueryClient();
  const [is, setIs] = useState(false);
  useEffect(() => {
    const ofUser = () => queries.getQueryCache().find({ queryKey: [userKey] });
    const look = (error: unknown): void => {
      if (error instanceof ApiError && error.status === 401) setIs(true);
    };
    const stops = [
      queries.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated') return;
        if (event.action.type === 'error') look(event.action.error);
        // Also when somebody signed in in another tab.
        if (event.action.type === 'success' && event.query === ofUser()) setIs(false);
      }),
      queries.getMutationCache().subscribe((event) => {
        if (event.type === 'updated' && event.action.type === 'error') look(event.action.error);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [queries]);
  return { is, over: () => setIs(false) };
}
