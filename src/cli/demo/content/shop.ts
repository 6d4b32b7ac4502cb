import {
  type Artifact,
  aboutOf,
  annotationsOf,
  imageOf,
  indexOf,
  jsonPart,
  type Layer,
  layerOf,
  noise,
  partOf,
} from './artifact.ts';
import { type DemoProject, type DemoRepository, dayOf, type Push } from './project.ts';

const license = 'Demo data of Berth. Nothing in here is a real program.\n';
const architectures = ['amd64', 'arm64'] as const;
const seeds = { amd64: 11, arm64: 12 } as const;

/** The files of a small system, on which all images of the shop are built. */
function systemLayer(architecture: 'amd64' | 'arm64', release: string): Layer {
  return layerOf(`ADD demo-linux-${release}-${architecture}.tar.gz / # buildkit`, [
    ['etc/os-release', `NAME="Demo Linux"\nID=demo\nVERSION_ID=${release}\n`],
    ['etc/passwd', 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/srv/app:/sbin/nologin\n'],
    ['etc/ssl/certs/README', 'No certificates: this system trusts nobody.\n'],
    ['usr/share/licenses/demo-linux/LICENSE', license],
    ['usr/bin/busybox', noise(seeds[architecture] + Number(release) * 100, 420_000)],
    ['usr/lib/libdemo-c.so.1', noise(seeds[architecture] + 7, 310_000)],
  ]);
}

const runtimes = Object.fromEntries(
  architectures.map((each) => [
    each,
    [
      systemLayer(each, '2'),
      layerOf('RUN /bin/sh -c apk add --no-cache demo-runtime=24 # buildkit', [
        ['usr/bin/demo-runtime', noise(seeds[each] + 20, 650_000)],
        ['usr/lib/demo-runtime/version', '24.4.1\n'],
      ]),
    ],
  ]),
) as unknown as Readonly<Record<'amd64' | 'arm64', readonly Layer[]>>;

interface Program {
  readonly title: string;
  readonly port?: number;
}

function appLayer({ title }: Program, version: string, size: number): Layer {
  const seed = Buffer.from(`${title}${version}`).reduce((sum, each) => sum * 31 + each, 7) % 65_521;
  return layerOf('COPY --chown=1000:1000 . /srv/app # buildkit', [
    ['srv/app/package.json', `${JSON.stringify({ name: title, version, private: true }, null, 2)}\n`],
    ['srv/app/README.md', `# ${title} ${version}\n\nA part of a shop that does not exist.\n`],
    ['srv/app/main.js', `console.log('${title} ${version} is no real program');\n`],
    ['srv/app/assets/bundle.bin', noise(seed, size)],
  ]);
}

function appImage(
  program: Program,
  version: string,
  of: { readonly day: number; readonly architecture?: 'amd64' | 'arm64'; readonly size?: number },
): Artifact {
  const { day, architecture = 'amd64', size = 2_000 } = of;
  return imageOf({
    ...program,
    architecture,
    created: dayOf(day),
    version,
    layers: [...runtimes[architecture], appLayer(program, version, size)],
    entry: ['/usr/bin/demo-runtime', '/srv/app/main.js'],
  });
}

function appIndex(program: Program, version: string, day: number): Artifact {
  return indexOf(
    architectures.map((architecture) => [
      architecture,
      appImage(program, version, { day, architecture, size: 60_000 + day * 500 }),
    ]),
    annotationsOf(program.title, version, dayOf(day)),
  );
}

/** No signature of these holds: they are here to be looked at. */
function signed(artifact: Artifact, title: string, day: number): Artifact {
  const created = dayOf(day, 10);
  const payload = {
    critical: {
      identity: { 'docker-reference': `registry.demo.example/demo-shop/${title}` },
      image: { 'docker-manifest-digest': artifact.digest },
      type: 'sample, not a valid signature',
    },
    optional: null,
  };
  const cosign = aboutOf(artifact, {
    artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json',
    config: jsonPart('application/vnd.dev.cosign.artifact.sig.v1+json', {}),
    layer: jsonPart('application/vnd.dev.cosign.simplesigning.v1+json', payload),
    created,
  });
  const notation = aboutOf(artifact, {
    artifactType: 'application/vnd.cncf.notary.signature',
    layer: partOf('application/jose+json', '{"payload":"c2FtcGxl","signature":"c2FtcGxl"}'),
    created,
  });
  const sbom = aboutOf(artifact, {
    artifactType: 'application/spdx+json',
    layer: jsonPart('application/spdx+json', {
      spdxVersion: 'SPDX-2.3',
      name: `${title} (sample)`,
      dataLicense: 'CC0-1.0',
      documentNamespace: `https://git.demo.example/sbom/${title}`,
      packages: ['demo-runtime 24.4.1', 'demo-cart 5.1.0', 'demo-pay 2.0.3'].map((text, index) => {
        const [name = '', versionInfo] = text.split(' ');
        return { SPDXID: `SPDXRef-${index + 1}`, name, versionInfo, licenseConcluded: 'Apache-2.0' };
      }),
    }),
    created,
  });
  const provenance = aboutOf(artifact, {
    artifactType: 'application/vnd.in-toto+json',
    layer: jsonPart('application/vnd.in-toto+json', {
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://slsa.dev/provenance/v1',
      subject: [{ name: title, digest: { sha256: artifact.digest.slice('sha256:'.length) } }],
      predicate: {
        buildDefinition: { buildType: 'https://git.demo.example/build/sample' },
        runDetails: { builder: { id: 'https://ci.demo.example/runner/1' } },
      },
    }),
    created,
  });
  return { ...artifact, about: [cosign, notation, sbom, provenance] };
}

function runtimeRepository(): DemoRepository {
  const release = (version: string, day: number): Artifact =>
    indexOf(
      architectures.map((architecture) => [
        architecture,
        imageOf({
          title: 'runtime',
          architecture,
          created: dayOf(day),
          version,
          layers: [systemLayer(architecture, version.slice(0, 1)), ...runtimes[architecture].slice(1)],
          entry: ['/usr/bin/demo-runtime'],
        }),
      ]),
      annotationsOf('runtime', version, dayOf(day)),
    );
  const [first, second] = [release('1.9', 0), release('2.0', 20)];
  return {
    name: 'base/runtime',
    description:
      '# runtime\n\nWhat every image of the shop is built on. For `linux/amd64` and `linux/arm64`.\n',
    pushes: [
      { tag: '1.9', artifact: first },
      { tag: 'latest', artifact: first },
      { tag: '2.0', artifact: second, labels: ['demo-reviewed'] },
      { tag: 'latest', artifact: second, pulls: 12 },
    ],
  };
}

const storefront = { title: 'storefront', port: 8080 };

function storefrontRepository(): DemoRepository {
  const versions = ['3.0.0', '3.0.1', '3.1.0', '3.1.1', '3.1.2', '3.2.0'];
  const pushes = versions.flatMap((version, index): Push[] => {
    const plain = appIndex(storefront, version, index * 9);
    const isLast = index === versions.length - 1;
    const artifact = isLast ? signed(plain, 'storefront', index * 9) : plain;
    const minor = version.slice(0, version.lastIndexOf('.'));
    return [
      {
        tag: `v${version}`,
        artifact,
        pulls: 3 + index * 4,
        labels: isLast ? ['stable', 'demo-reviewed'] : [],
      },
      { tag: `v${minor}`, artifact },
      { tag: 'latest', artifact, pulls: isLast ? 30 : 2 },
    ];
  });
  const edge = appIndex(storefront, '3.3.0-beta.1', 60);
  return {
    name: 'storefront',
    description: [
      '# storefront',
      '',
      'The web pages of the demo shop.',
      '',
      '| tag | for |',
      '|---|---|',
      '| `latest`, `v3.2` | what customers see |',
      '| `edge` | what comes next |',
      '',
      'It listens on port 8080, and tells there how it is:',
      '',
      '```sh',
      'curl http://localhost:8080/health',
      '```',
      '',
      '- signed since `v3.2.0`',
      '- questions: the team *demo-developers*',
      '',
    ].join('\n'),
    pushes: [
      ...pushes,
      { tag: 'edge', artifact: edge, labels: ['hotfix'] },
      { tag: 'pr-118', artifact: appIndex(storefront, '3.3.0-pr.118', 61) },
      { tag: 'pr-121', artifact: appIndex(storefront, '3.3.0-pr.121', 62) },
    ],
    deletedTags: ['pr-118', 'pr-121'],
  };
}

/** More than a hundred tags, as a service gets them that is released each day. */
function catalogueRepository(): DemoRepository {
  const program = { title: 'catalogue', port: 9000 };
  const releases = Array.from({ length: 132 }, (_, day) => {
    const [minor, patch] = [Math.floor(day / 12), day % 12];
    const version = patch === 0 && minor > 0 ? `1.${minor}.0-rc.1` : `1.${minor}.${patch}`;
    return { tag: `v${version}`, artifact: appImage(program, version, { day }) };
  });
  const last = releases.at(-1);
  return {
    name: 'api/catalogue',
    description: '# catalogue\n\nWhat the shop sells. Released each day.\n',
    pushes: [...releases, ...(last === undefined ? [] : [{ ...last, tag: 'latest', pulls: 18 }])],
  };
}

function serviceRepository(
  name: string,
  about: string,
  of: { readonly versions: readonly string[]; readonly port?: number },
): DemoRepository {
  const { versions, port } = of;
  const title = name.slice(name.lastIndexOf('/') + 1);
  const program = { title, ...(port === undefined ? {} : { port }) };
  const pushes = versions.flatMap((version, index): Push[] => {
    const artifact = appImage(program, version, { day: index * 7, size: 9_000 + index * 700 });
    return [
      { tag: `v${version}`, artifact, pulls: index * 2 },
      { tag: 'latest', artifact, pulls: index },
    ];
  });
  return { name, description: `# ${title}\n\n${about}\n`, pushes };
}

export const shop = (): DemoProject => ({
  name: 'demo-shop',
  labels: [
    { name: 'stable', description: 'May go to customers', color: '#48960C' },
    { name: 'hotfix', description: 'Repairs what customers see', color: '#C92100' },
  ],
  repositories: [
    runtimeRepository(),
    catalogueRepository(),
    serviceRepository('api/checkout', 'Carts, prices and payments.', {
      versions: ['2.3.0', '2.3.1', '2.4.0', '2.4.1', '2.5.0'],
      port: 9001,
    }),
    serviceRepository('jobs/mailer', 'Sends what has to be sent, at night.', {
      versions: ['0.8.0', '0.9.0'],
    }),
    storefrontRepository(),
    {
      ...serviceRepository('old-storefront', 'The pages of last year.', { versions: ['2.9.0', '2.9.1'] }),
      isDeleted: true,
    },
  ],
});
