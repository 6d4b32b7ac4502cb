const yearSeconds = 365 * 24 * 60 * 60;

/** Kept as a cookie, so that the server makes the next page right before any script runs. */
export function writePreference(name: 'language' | 'theme', value: string): void {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `berth-${name}=${value}; Path=/; Max-Age=${yearSeconds}; SameSite=Lax${secure}`;
}
