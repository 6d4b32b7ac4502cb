import { useEffect } from 'react';
import { nextTheme } from '../../ui/controls/theme.ts';
import { useToast } from '../../ui/feedback/toast.tsx';
import { navigate } from '../../ui/navigation/location.ts';
import { putOnClipboard } from '../../ui/show/use-copy.ts';
import { singleKeysOn } from '../../ui/text/keys-preference.ts';
import { useTexts } from '../../ui/text/language.tsx';
import { type KeyAction, readKey } from './read-key.ts';
import { keyTexts } from './text.ts';

/** How long the second key of two is awaited. */
const secondKeyMs = 1500;

/** The keys of all pages. */
export function useKeys(open: (what: 'palette' | 'help') => void): void {
  const said = useTexts(keyTexts);
  const toast = useToast();
  useEffect(() => {
    let begunAt = Number.NEGATIVE_INFINITY;
    const run = (action: KeyAction): boolean => {
      switch (action.kind) {
        case 'palette':
        case 'help':
          open(action.kind);
          return true;
        case 'filter':
          return focusField('.content .filter input') || focusField('.search input');
        case 'go':
          navigate(action.to);
          if (action.to === '/search') focusField('.search input');
          return true;
        case 'row':
          return focusRow(action.by);
        case 'choose':
          return press('td.choose input', document.activeElement?.closest('tr'));
        case 'copyCommand':
          return press('.connect .code-block button', document);
        case 'copyAddress':
          void putOnClipboard(location.href).then((done) => {
            if (done) toast({ text: said.addressCopied });
          });
          return true;
        case 'theme':
          nextTheme();
          return true;
        case 'begun':
          return false;
      }
    };
    const onKey = (event: KeyboardEvent): void => {
      const begun = event.timeStamp - begunAt < secondKeyMs;
      const state = { begun, typing: takesText(event.target), single: singleKeysOn() };
      const action = readKey(event, state);
      begunAt = action?.kind === 'begun' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      // Nothing is opened over a dialog, and nothing behind it is reached.
      if (action === undefined || document.querySelector('dialog[open]') !== null) return;
      if (run(action)) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [open, toast, said]);
}

const textField = 'input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [role=menu]';

function takesText(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(textField) !== null;
}

/** False where there is none that can be seen. */
function focusField(selector: string): boolean {
  const field = document.querySelector<HTMLInputElement>(selector);
  if (field === null || !field.checkVisibility()) return false;
  field.focus();
  field.select();
  return true;
}

function focusRow(by: 1 | -1): boolean {
  const rows = [...document.querySelectorAll('.content tbody tr')];
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[now < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, now + by))];
  const target = row?.querySelector<HTMLElement>('a') ?? row?.querySelector<HTMLElement>('button, input');
  target?.focus();
  return target !== undefined && target !== null;
}

function press(selector: string, within: ParentNode | null | undefined): boolean {
  const control = within?.querySelector<HTMLElement>(selector);
  control?.click();
  return control !== undefined && control !== null;
}
