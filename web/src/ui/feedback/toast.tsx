import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import { Button, IconButton } from '../controls/button.tsx';
import { useTexts } from '../text/language.tsx';
import { uiTexts } from '../text.ts';

export interface Toast {
  readonly text: string;
  /** `info`: what comes of it is not known yet. */
  readonly kind?: 'ok' | 'info' | 'danger';
  /** Such as to undo it. */
  readonly action?: { readonly label: string; readonly onChoose: () => void };
}

const shownMs = 8000;

const Show = createContext<(toast: Toast) => void>(() => undefined);

export function useToast(): (toast: Toast) => void {
  return useContext(Show);
}

/** Tells what was done where that cannot be seen on the page. */
export function ToastProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [toasts, setToasts] = useState<readonly (Toast & { readonly id: number })[]>([]);
  const said = useTexts(uiTexts);
  const remove = useCallback((id: number) => setToasts((now) => now.filter((each) => each.id !== id)), []);
  const show = useCallback(
    (toast: Toast) => {
      const id = performance.now();
      setToasts((now) => [...now, { ...toast, id }]);
      setTimeout(() => remove(id), shownMs);
    },
    [remove],
  );
  return (
    <Show value={show}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map(({ id, text, kind = 'ok', action }) => (
          <div key={id} className={`toast ${kind}`}>
            <span>{text}</span>
            {action === undefined ? null : (
              <Button
                small
                onClick={() => {
                  remove(id);
                  action.onChoose();
                }}
              >
                {action.label}
              </Button>
            )}
            <IconButton small icon="close" label={said.close} onClick={() => remove(id)} />
          </div>
        ))}
      </div>
    </Show>
  );
}
