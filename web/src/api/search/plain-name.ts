/** `registry.example:5000/team/app:v1@sha256:…` → `team/app`: what somebody copied from a command. */
export function plainName(words: string): string {
  const [beforeDigest = ''] = words
    .trim()
    .replace(/^\w+:\/\//, '')
    .split('@', 1);
  const [first = '', ...rest] = beforeDigest.split('/');
  const named = rest.length > 0 && /[.:]|^localhost$/.test(first) ? rest.join('/') : beforeDigest;
  return named.replace(/:[\w.-]*$/, '');
}
