import { lazy, type ReactNode, Suspense, useCallback, useState } from 'react';
import { Button } from '../ui/controls/button.tsx';
import { Icon } from '../ui/show/icon.tsx';
import { useTexts } from '../ui/text/language.tsx';
import { paletteKeys } from './keys/palette-keys.ts';
import { useKeys } from './keys/use-keys.ts';
import { loadOrReload } from './lazy-pages.ts';
import { paletteTexts } from './palette/text.ts';

const Palette = lazy(() =>
  loadOrReload(() => import('./palette/palette.tsx').then(({ Palette: part }) => ({ default: part }))),
);
const KeysHelp = lazy(() =>
  loadOrReload(() => import('./keys/keys-help.tsx').then(({ KeysHelp: part }) => ({ default: part }))),
);

/** The button that opens the palette, the keys of all pages, and what they open: loaded when it is wanted. */
export function Overlays(): ReactNode {
  const said = useTexts(paletteTexts);
  const [open, setOpen] = useState<'palette' | 'help'>();
  useKeys(setOpen);
  const close = useCallback(() => setOpen(undefined), []);
  return (
    <>
      <Button
        look="quiet"
        className="palette-button"
        aria-keyshortcuts="Control+K Meta+K"
        title={`${said.open} (${paletteKeys()})`}
        onClick={() => setOpen('palette')}
      >
        <span className="only-narrow">
          <Icon name="search" />
        </span>
        <span className="unseen">{said.open}</span>
        <kbd className="only-wide" aria-hidden="true">
          {paletteKeys()}
        </kbd>
      </Button>
      <Suspense fallback={null}>
        {open === 'palette' ? <Palette onClose={close} onHelp={() => setOpen('help')} /> : null}
        {open === 'help' ? <KeysHelp onClose={close} /> : null}
      </Suspense>
    </>
  );
}
