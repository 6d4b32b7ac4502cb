import { mediaTypes } from '../../../lib/oci/media-types.ts';
import { type Artifact, artifactOf, imageOf, jsonPart, layerOf, noise, partOf } from './artifact.ts';
import { chartOf } from './chart.ts';
import { type DemoProject, type DemoRepository, dayOf } from './project.ts';

/** The smallest module that is one, and bytes that no engine has to run. */
function wasm(version: string, day: number): Artifact {
  const module = Buffer.concat([Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]), noise(day + 3, 38_000)]);
  return artifactOf({
    config: jsonPart('application/vnd.wasm.config.v0+json', {
      created: dayOf(day),
      architecture: 'wasm',
      os: 'wasip1',
      layerDigests: [],
    }),
    layers: [partOf('application/wasm', module, 'image-filter.wasm')],
    annotations: { 'org.opencontainers.image.version': version, 'module.wasm.image/variant': 'compat' },
  });
}

function backup(version: string, day: number): Artifact {
  const layer = layerOf('COPY backup /usr/local/bin/backup # buildkit', [
    ['usr/local/bin/backup', noise(day + 40, 180_000)],
    ['usr/share/doc/backup/README.md', `# backup ${version}\n\nCopies nothing from anywhere.\n`],
  ]);
  return imageOf({
    title: 'backup',
    created: dayOf(day),
    version,
    layers: [layer],
    entry: ['/usr/local/bin/backup'],
  });
}

export const platform = (): DemoProject => ({
  name: 'demo-platform',
  isPublic: true,
  repositories: [
    {
      name: 'charts/shop',
      description: '# shop\n\nThe Helm chart of the demo shop.\n',
      pushes: ['0.9.0', '1.0.0', '1.1.0'].map((version, index) => ({
        tag: version,
        artifact: chartOf(version, dayOf(index * 14)),
        pulls: 2 + index,
      })),
    },
    {
      name: 'wasm/image-filter',
      description: '# image-filter\n\nMakes pictures of goods smaller, at the edge.\n',
      pushes: ['0.3.0', '0.4.0'].map((version, index) => ({
        tag: version,
        artifact: wasm(version, 30 + index * 11),
      })),
    },
    {
      name: 'tools/backup',
      description: '# backup\n\nA tool of the operators.\n',
      pushes: ['5.0', '5.1', '5.2'].map((version, index) => ({
        tag: version,
        artifact: backup(version, index * 21),
        labels: index === 0 ? ['demo-deprecated'] : [],
      })),
    },
  ],
});

/** CNCF's ModelPack, "Model Artifact". */
function model(name: string, version: string, day: number): Artifact {
  const modelPack = 'application/vnd.cncf.model';
  const file = (kind: string, path: string, content: string | Uint8Array) => ({
    ...partOf(`${modelPack}.${kind}.v1.raw`, content),
    annotations: { 'org.cncf.model.filepath': path },
  });
  const readme = `# ${name}\n\nWrites four lines about the sea, or would, if these weights were any.\n\n| | |\n|---|---|\n| parameters | 0.1 M |\n| format | safetensors |\n| licence | Apache-2.0 |\n`;
  const layers = [
    file('weight', 'model.safetensors', noise(day + 90, 900_000)),
    file('weight.config', 'config.json', '{"model_type":"demo","hidden_size":64,"num_hidden_layers":4}\n'),
    file('weight.config', 'tokenizer.json', '{"version":"1.0","model":{"type":"BPE","vocab":{}}}\n'),
    file('doc', 'README.md', readme),
    file('doc', 'LICENSE', 'Apache License, Version 2.0: https://www.apache.org/licenses/LICENSE-2.0\n'),
  ];
  return artifactOf({
    config: jsonPart(`${modelPack}.config.v1+json`, {
      descriptor: { createdAt: dayOf(day), name, version, family: 'demo', licenses: ['Apache-2.0'] },
      modelfs: { type: 'layers', diffIds: layers.map(({ digest }) => digest) },
      config: { architecture: 'transformer', format: 'safetensors', paramSize: '0.1m', precision: 'float16' },
    }),
    layers,
    more: { artifactType: `${modelPack}.manifest.v1+json` },
  });
}

export const models = (): DemoProject => ({
  name: 'demo-models',
  repositories: [
    {
      name: 'text/tiny-poet',
      description: '# tiny-poet\n\nA model that is too small to be one.\n',
      pushes: ['0.1', '0.2'].map((version, index) => ({
        tag: version,
        artifact: model('tiny-poet', version, index * 25),
        pulls: 4,
      })),
    },
  ],
});

function nightly(no: number): Artifact {
  return artifactOf({
    config: partOf(mediaTypes.ociEmpty, '{}'),
    layers: [partOf('application/octet-stream', noise(no + 200, 220_000), `measurements-${no}.bin`)],
    more: { artifactType: 'application/vnd.demo.measurements' },
    annotations: { 'org.opencontainers.image.created': dayOf(no) },
  });
}

const measurements: DemoRepository = {
  name: 'measurements',
  description: '# measurements\n\nFiles, one each night, until there is no more room.\n',
  pushes: Array.from({ length: 8 }, (_, no) => ({ tag: `night-${no + 1}`, artifact: nightly(no) })),
};

/** Almost as full as its limit allows. */
export const sandbox = (): DemoProject => ({ name: 'demo-sandbox', repositories: [measurements] });

/** Without a repository. */
export const unused = (): DemoProject => ({ name: 'demo-unused', repositories: [] });
