export interface Credentials {
  /** Of the registry, with its port: `registry.example:5000`. */
  readonly host: string;
  readonly username: string;
  readonly secret: string;
}

export const secretForms = ['login', 'env', 'config', 'kubernetes'] as const;
export type SecretForm = (typeof secretForms)[number];

/**
 * Name and secret as programs take them. The name of a robot account has a `$`, so it stands in single quotes wherever
 * a shell reads it.
 */
export function secretForm(form: SecretForm, credentials: Credentials): string {
  const { host, username, secret } = credentials;
  if (form === 'login')
    return `printf %s ${inQuotes(secret)} | docker login -u ${inQuotes(username)} --password-stdin ${host}`;
  if (form === 'env')
    return [
      `REGISTRY=${host}`,
      `REGISTRY_USER=${inQuotes(username)}`,
      `REGISTRY_PASSWORD=${inQuotes(secret)}`,
    ].join('\n');
  if (form === 'config') return JSON.stringify(dockerConfig(credentials), undefined, 2);
  return [
    'apiVersion: v1',
    'kind: Secret',
    'metadata:',
    `  name: ${secretName(username)}`,
    'type: kubernetes.io/dockerconfigjson',
    'data:',
    `  .dockerconfigjson: ${base64(JSON.stringify(dockerConfig(credentials)))}`,
  ].join('\n');
}

function dockerConfig({ host, username, secret }: Credentials): object {
  return { auths: { [host]: { auth: base64(`${username}:${secret}`) } } };
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function inQuotes(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Kubernetes takes small letters, digits and hyphens. */
function secretName(username: string): string {
  const name = username.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return name.replaceAll(/^-+|-+$/g, '').slice(0, 63) || 'registry';
}
