const clients = ['docker', 'containerd', 'podman', 'k3s', 'system'] as const;
export type Client = (typeof clients)[number];

export function isClient(text: string): text is Client {
  return clients.some((client) => client === text);
}

/**
 * A script for `sh`, to be run as root on the client's machine.
 * @param host as clients write it, with the port
 * @param pem the authority's certificate
 */
export function trustScript(client: Client, host: string, pem: string): string {
  switch (client) {
    case 'docker':
      return file(`/etc/docker/certs.d/${host}/ca.crt`, pem);
    // skopeo and buildah read the same folder.
    case 'podman':
      return file(`/etc/containers/certs.d/${host}/ca.crt`, pem);
    case 'containerd': {
      const folder = `/etc/containerd/certs.d/${host}`;
      const hosts = [
        `server = "https://${host}"`,
        '',
        `[host."https://${host}"]`,
        '  capabilities = ["pull", "resolve", "push"]',
        `  ca = "${folder}/ca.crt"`,
      ];
      return [
        file(`${folder}/ca.crt`, pem),
        file(`${folder}/hosts.toml`, hosts.join('\n')),
        '# /etc/containerd/config.toml has to name the folder: config_path = "/etc/containerd/certs.d"',
      ].join('\n');
    }
    case 'k3s': {
      const path = `/etc/rancher/k3s/berth-${fileName(host)}.crt`;
      const registries = ['configs:', `  "${host}":`, '    tls:', `      ca_file: ${path}`];
      return [
        file(path, pem),
        `if [ -e /etc/rancher/k3s/registries.yaml ]; then`,
        `  echo 'add this to /etc/rancher/k3s/registries.yaml by hand, and restart k3s:' >&2`,
        ...registries.map((line) => `  echo '${line}' >&2`),
        'else',
        file('/etc/rancher/k3s/registries.yaml', registries.join('\n')),
        'fi',
      ].join('\n');
    }
    case 'system': {
      const name = `berth-${fileName(host)}.crt`;
      return [
        'if command -v update-ca-certificates >/dev/null; then',
        file(`/usr/local/share/ca-certificates/${name}`, pem),
        '  update-ca-certificates',
        'else',
        file(`/etc/pki/ca-trust/source/anchors/${name}`, pem),
        '  update-ca-trust',
        'fi',
      ].join('\n');
    }
  }
}

function file(path: string, content: string): string {
  const folder = path.slice(0, path.lastIndexOf('/'));
  return [`mkdir -p '${folder}'`, `cat >'${path}' <<'END'`, content, 'END'].join('\n');
}

function fileName(host: string): string {
  return host.replaceAll(/[^a-z0-9.-]/g, '-');
}
