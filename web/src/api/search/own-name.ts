/**
 * `registry.example:5000/team/app:v1` → `team/app:v1` at that host: what somebody copied from a command, as the server
 * searches it. Names of other hosts stay, since a project may be called like one.
 * @param host of this registry, with its port where it has one
 */
export function ownName(words: string, host: string): string {
  const plain = words.trim().replace(/^\w+:\/\//, '');
  const slash = plain.indexOf('/');
  if (slash < 0) return plain;
  const first = plain.slice(0, slash).toLowerCase();
  const isHost = first === host.toLowerCase() || first === 'localhost' || /^[\w.-]+:\d+$/.test(first);
  return isHost ? plain.slice(slash + 1) : plain;
}
