import { outward } from '../../ui/navigation/prefix.ts';
/** An administrator looks with the rights of somebody else, in this tab only and until it ends. */
export interface CurrentView {
  readonly who: string;
  /** Who looks. */
  readonly by: string;
  readonly token: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

const kept = 'berth-view';

let current = readKept();

function readKept(): CurrentView | undefined {
  const text = typeof sessionStorage === 'undefined' ? null : sessionStorage.getItem(kept);
  if (text === null) return undefined;
  const view = JSON.parse(text) as CurrentView;
  return view.until > Date.now() ? view : undefined;
}

export function currentView(): CurrentView | undefined {
  return current;
}

/** Everything is asked for anew: nothing that one of both may see is left for the other. */
export function enterView(view: CurrentView): void {
  sessionStorage.setItem(kept, JSON.stringify(view));
  location.assign(outward('/'));
}

/** The page stays, seen with one's own rights: who may look with those of others may open it, too. */
export function leaveView(): void {
  forgetView();
  location.reload();
}

/** Without leaving the page: whoever signs in next looks with their own rights. */
export function forgetView(): void {
  current = undefined;
  sessionStorage.removeItem(kept);
}
