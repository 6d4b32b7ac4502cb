const yearSeconds = 365 * 24 * 60 * 60;

type Preference = 'language' | 'theme' | 'keys';

/** Kept as a cookie, so that the server makes the next page right before any script runs. */
export function writePreference(name: Preference, value: string): void {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `berth-${name}=${value}; Path=/; Max-Age=${yearSeconds}; SameSite=Lax${secure}`;
}

/** For what the server has no use for. */
export function readPreference(name: Preference): string | undefined {
  const wanted = `berth-${name}=`;
  return document.cookie
    .split('; ')
    .find((each) => each.startsWith(wanted))
    ?.slice(wanted.length);
}
