import { type Artifact, artifactOf, jsonPart, layerOf, partOf } from './artifact.ts';

const cache = { name: 'cache', version: '1.4.2', repository: 'oci://registry.demo.example/charts' };

function about(version: string) {
  return {
    apiVersion: 'v2',
    name: 'shop',
    version,
    appVersion: '3.2.0',
    description: 'The demo shop on Kubernetes',
    type: 'application',
    keywords: ['shop', 'demo'],
    home: 'https://git.demo.example/charts/shop',
    maintainers: [{ name: 'Lin Example', email: 'lin@demo.example' }],
    dependencies: [cache],
  };
}

const values = `replicas: 3
image:
  repository: registry.demo.example/demo-shop/storefront
  tag: v3.2.0
resources:
  limits: { cpu: 500m, memory: 256Mi }
ingress:
  host: shop.demo.example
`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec: { replicas: {{ .Values.replicas }} }
`;

function readme(version: string): string {
  return `# shop ${version}

Runs the demo shop.

\`\`\`sh
helm upgrade --install shop shop-${version}.tgz
\`\`\`
`;
}

/** A Helm chart. */
export function chartOf(version: string, created: string): Artifact {
  const config = about(version);
  const { bytes } = layerOf('', [
    // JSON is YAML.
    ['shop/Chart.yaml', JSON.stringify(config, null, 2)],
    ['shop/values.yaml', values],
    ['shop/README.md', readme(version)],
    ['shop/templates/deployment.yaml', deployment],
  ]);
  return artifactOf({
    config: jsonPart('application/vnd.cncf.helm.config.v1+json', config),
    layers: [partOf('application/vnd.cncf.helm.chart.content.v1.tar+gzip', bytes)],
    annotations: {
      'org.opencontainers.image.title': 'shop',
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.created': created,
    },
  });
}
