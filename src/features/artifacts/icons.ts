import type { ArtifactRow } from '../../content/artifacts/shown/artifact-page-reads.ts';

/** Harbor's digests of its icons: clients ask for them, and none compares them with the content. */
const digests = {
  image: 'sha256:0048162a053eef4d4ce3fe7518615bef084403614f8bca43b40ae2e762e11e06',
  chart: 'sha256:61cf3a178ff0f75bf08a25d96b75cf7355dc197749a9f128ed3ef34b0df05518',
  cnab: 'sha256:089bdda265c14d8686111402c8ad629e8177a1ceb7dcd0f7f39b6480f623b3bd',
  cosign: 'sha256:20401d5b3a0f6dbc607c8d732eb08471af4ae6b19811a4efce8c6a724aed2882',
  other: 'sha256:da834479c923584f4cbcdecc0dac61f32bef1d51e8aae598cf16bd154efab49f',
} as const;

const ofKind: Readonly<Record<string, string>> = {
  IMAGE: digests.image,
  CHART: digests.chart,
  CNAB: digests.cnab,
};

export function iconOfArtifact({ icon, kind }: Pick<ArtifactRow, 'icon' | 'kind'>): string {
  return icon ?? ofKind[kind ?? ''] ?? digests.other;
}

export function iconOfAccessory(kind: string): string {
  return kind.startsWith('signature.') ? digests.cosign : digests.other;
}

/** PNG, 48 × 48, drawn for Berth. */
const pictures: Readonly<Record<string, string>> = {
  [digests.image]:
    'iVBORw0KGgoAAAANSUhEUgAAADAAAAAwCAMAAABg3Am1AAAABlBMVEX///8mZ7iGBC/yAAAAAnRSTlMA/1uRIrUAAAAlSURBVHjaY2AYJoCRSDCqYahrGE18oxpGU+toah3VMCJS6+ACAOCRBQGG09qCAAAAAElFTkSuQmCC',
  [digests.chart]:
    'iVBORw0KGgoAAAANSUhEUgAAADAAAAAwCAMAAABg3Am1AAAABlBMVEX///8Pdm6N8QZsAAAAAnRSTlMA/1uRIrUAAAApSURBVHjaY2AYEYARCkY1jGqggwZUJaMaRjWQogGfklENoxqGuIYhDQCYbwKRQ5SiDAAAAABJRU5ErkJggg==',
  [digests.cnab]:
    'iVBORw0KGgoAAAANSUhEUgAAADAAAAAwCAMAAABg3Am1AAAABlBMVEX///9+SKoFDhnfAAAAAnRSTlMA/1uRIrUAAAAmSURBVHjaY2AYJoARHeAVHtUwqmFUA4qGUTBazIxqGNUwWszgAwDIvASFk7jZ7AAAAABJRU5ErkJggg==',
  [digests.cosign]:
    'iVBORw0KGgoAAAANSUhEUgAAADAAAAAwCAMAAABg3Am1AAAABlBMVEX///+0Uwl/3zOBAAAAAnRSTlMA/1uRIrUAAAB/SURBVHja3ZU5EgAgCAPx/5+29QjIWqgjHZA4CkjMvrTSGoSvKUUZhAeUEbFiqGzE8DI07mUSd1XBsBp5vErL6qR9Vf+B0bmyx+pIPR/yFQG+j58l+BM+g74hPNgHNEt4Wvl/wD7/03hr8L1kB3doentzfeAKxDVuQ0U3dPq+VatBA0K+ikygAAAAAElFTkSuQmCC',
  [digests.other]:
    'iVBORw0KGgoAAAANSUhEUgAAADAAAAAwCAMAAABg3Am1AAAABlBMVEX///9kdIsrJVbYAAAAAnRSTlMA/1uRIrUAAAAnSURBVHjaY2AYJoCRSDD8NBARLqMaRjWMahjVMKph0GkYaVXWEAcAmYQCvWZ5huoAAAAASUVORK5CYII=',
};

/** The picture behind one of the digests above, in base64. */
export function pictureOf(digest: string): string | undefined {
  return Object.hasOwn(pictures, digest) ? pictures[digest] : undefined;
}
