const most = 12;

/** In this tab only, and by account: the next one at this screen sees nothing of it. */
function keyOf(username: string): string {
  return `berth-recent-${username}`;
}

export function recentPages(username: string): readonly string[] {
  const text = sessionStorage.getItem(keyOf(username));
  return text === null ? [] : text.split('\n');
}

/** The newest first, each once. */
export function rememberPage(username: string, path: string): void {
  const others = recentPages(username).filter((each) => each !== path);
  sessionStorage.setItem(keyOf(username), [path, ...others].slice(0, most).join('\n'));
}
