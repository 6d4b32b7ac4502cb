import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isClient, trustScript } from './trust-script.ts';

const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';

test('each client gets a script that puts the certificate where it looks for it', () => {
  const host = 'registry.example:5000';
  const places = {
    docker: '/etc/docker/certs.d/registry.example:5000/ca.crt',
    podman: '/etc/containers/certs.d/registry.example:5000/ca.crt',
    containerd: '/etc/containerd/certs.d/registry.example:5000/ca.crt',
    k3s: '/etc/rancher/k3s/berth-registry.example-5000.crt',
    system: '/usr/local/share/ca-certificates/berth-registry.example-5000.crt',
  } as const;
  for (const [client, place] of Object.entries(places)) {
    assert.ok(isClient(client));
    const script = trustScript(client, host, pem);
    assert.ok(script.includes(`cat >'${place}' <<'END'\n${pem}\nEND`), client);
  }
  assert.match(trustScript('containerd', host, pem), /\[host\."https:\/\/registry\.example:5000"\]/);
});

test('clients by another name are none', () => {
  assert.ok(!isClient('rkt'));
});
