import { useSyncExternalStore } from 'react';
import { writePreference } from '../text/preference.ts';

export const themes = ['light', 'dark', 'auto'] as const;
export type Theme = (typeof themes)[number];

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function themeOfNow(): Theme {
  const value = document.documentElement.dataset['theme'];
  return themes.find((theme) => theme === value) ?? 'auto';
}

/** The one of now, wherever it is chosen. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, themeOfNow);
}

export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  writePreference('theme', theme);
  for (const listener of listeners) listener();
}

export function nextTheme(): void {
  const at = themes.indexOf(themeOfNow());
  chooseTheme(themes[(at + 1) % themes.length] ?? 'auto');
}
