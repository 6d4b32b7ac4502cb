import type { Texts } from '../../ui/text/say.ts';

/** What the server calls by a word of its own, or of Harbor's. */
export const typeTexts = {
  IMAGE: { en: 'Image', zh: '镜像' },
  CHART: { en: 'Helm chart', zh: 'Helm Chart' },
  WASM: { en: 'WASM module', zh: 'WASM 模块' },
  CNAI: { en: 'AI model', zh: 'AI 模型' },
  CNAB: { en: 'CNAB bundle', zh: 'CNAB 应用包' },
  SBOM: { en: 'SBOM', zh: 'SBOM' },
  UNKNOWN: { en: 'Unknown type', zh: '未知类型' },
  'signature.cosign': { en: 'Cosign signature', zh: 'Cosign 签名' },
  'signature.notation': { en: 'Notation signature', zh: 'Notation 签名' },
  'sbom.harbor': { en: 'SBOM', zh: 'SBOM' },
  'accelerator.nydus': { en: 'Nydus acceleration', zh: 'Nydus 加速数据' },
  'subject.accessory': { en: 'Attached artifact', zh: '附加制品' },
} as const satisfies Texts;

/** Attached artifacts that are known by their media type. */
export const attachedTexts = {
  'application/spdx+json': { en: 'SPDX SBOM', zh: 'SBOM（SPDX）' },
  'text/spdx': { en: 'SPDX SBOM', zh: 'SBOM（SPDX）' },
  'application/vnd.cyclonedx+json': { en: 'CycloneDX SBOM', zh: 'SBOM（CycloneDX）' },
  'application/vnd.cyclonedx+xml': { en: 'CycloneDX SBOM', zh: 'SBOM（CycloneDX）' },
  'application/vnd.in-toto+json': { en: 'in-toto attestation', zh: 'in-toto 证明' },
  'application/sarif+json': { en: 'SARIF report', zh: 'SARIF 报告' },
} as const satisfies Texts;
