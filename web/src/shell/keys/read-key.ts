export type KeyAction =
  | { readonly kind: 'palette' }
  | { readonly kind: 'help' }
  | { readonly kind: 'filter' }
  | { readonly kind: 'go'; readonly to: string }
  | { readonly kind: 'row'; readonly by: 1 | -1 }
  | { readonly kind: 'choose' }
  | { readonly kind: 'copyCommand' }
  | { readonly kind: 'copyAddress' }
  | { readonly kind: 'theme' }
  /** The second key of two is awaited. */
  | { readonly kind: 'begun' };

export interface PressedKey {
  readonly key: string;
  readonly keyCode: number;
  readonly isComposing: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

export interface KeyState {
  /** The first key of two was pressed a moment ago. */
  readonly begun: boolean;
  /** What is pressed is typed somewhere. */
  readonly typing: boolean;
  /** Whether single keys do something. */
  readonly single: boolean;
}

export const places: Readonly<Record<string, string>> = { h: '/', p: '/p', s: '/search', a: '/activity' };

const singles: Readonly<Record<string, KeyAction>> = {
  '?': { kind: 'help' },
  '/': { kind: 'filter' },
  g: { kind: 'begun' },
  j: { kind: 'row', by: 1 },
  k: { kind: 'row', by: -1 },
  x: { kind: 'choose' },
  c: { kind: 'copyCommand' },
  y: { kind: 'copyAddress' },
  t: { kind: 'theme' },
};

/** 229: an input method has the key, whatever letter is on it. */
export function isOfInputMethod(pressed: Pick<PressedKey, 'isComposing' | 'keyCode'>): boolean {
  return pressed.isComposing || pressed.keyCode === 229;
}

/** What a key does; undefined: it is for the browser, a field or an input method. */
export function readKey(pressed: PressedKey, state: KeyState): KeyAction | undefined {
  const { key, ctrlKey, metaKey, altKey } = pressed;
  if (isOfInputMethod(pressed) || altKey) return undefined;
  if (ctrlKey || metaKey)
    return key.toLowerCase() === 'k' && ctrlKey !== metaKey ? { kind: 'palette' } : undefined;
  if (!state.single || state.typing) return undefined;
  const to = state.begun && Object.hasOwn(places, key) ? places[key] : undefined;
  if (to !== undefined) return { kind: 'go', to };
  const action = Object.hasOwn(singles, key) ? singles[key] : undefined;
  // Held down a key goes through rows, and does everything else once.
  return pressed.repeat && action?.kind !== 'row' ? undefined : action;
}
