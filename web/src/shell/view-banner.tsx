import { type ReactNode, useEffect } from 'react';
import { currentView, leaveView } from '../api/view/current-view.ts';
import { Button } from '../ui/controls/button.tsx';
import { Icon } from '../ui/show/icon.tsx';
import { useTexts } from '../ui/text/language.tsx';
import { shellTexts } from './text.ts';

/** On every page of a view: whose rights are seen, and the way back. */
export function ViewBanner(): ReactNode {
  const said = useTexts(shellTexts);
  const view = currentView();
  const until = view?.until;
  useEffect(() => {
    if (until === undefined) return undefined;
    const timer = setTimeout(leaveView, Math.max(0, until - Date.now()));
    return () => clearTimeout(timer);
  }, [until]);
  if (view === undefined) return null;
  return (
    <div className="banner info view-banner" role="status">
      <Icon name="info" />
      <span>
        <strong>{said.viewOf(view.who)}</strong> {said.viewText(view.by)}
      </span>
      <Button small onClick={leaveView}>
        {said.leaveView}
      </Button>
    </div>
  );
}
