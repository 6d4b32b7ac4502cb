import { isRecord, type Json, objectsIn, textIn } from '../../lib/oci/json.ts';
import { annotationsOf, configTypes, isUserDefined } from './facts-of-manifest.ts';

const skipList = 'io.goharbor.artifact.v1alpha1.skip-list';

/** What Harbor's `extra_attrs` say of an artifact, by its type: parts of its config, or the whole. */
export function extraAttributes(kind: string, manifest: Json, config: Json | undefined): Json {
  switch (kind) {
    case 'IMAGE':
      return config === undefined ? {} : ofImage(config);
    case 'WASM':
      return isAnnotatedImage(manifest) ? ofImage(config ?? {}) : ofWasm(manifest);
    case 'UNKNOWN':
      return {};
    default:
      if (config === undefined) return {};
      return isUserDefined(kind) ? withoutSkipped(manifest, config) : config;
  }
}

function ofImage(config: Json): Json {
  const inner = config['config'];
  const labels = isRecord(inner) ? inner['Labels'] : undefined;
  const author = textIn(config, 'author');
  return {
    architecture: textIn(config, 'architecture') ?? '',
    author: author === undefined || author === '' ? (textIn(labels, 'maintainer') ?? '') : author,
    config: isRecord(inner) ? inner : {},
    created: textIn(config, 'created') ?? '',
    os: textIn(config, 'os') ?? '',
  };
}

function isAnnotatedImage(manifest: Json): boolean {
  return textIn(manifest['config'], 'mediaType') !== configTypes.wasm;
}

function ofWasm(manifest: Json): Json {
  const [layer] = objectsIn(manifest, 'layers');
  return {
    'manifest.config.mediaType': textIn(manifest['config'], 'mediaType') ?? '',
    'manifest.layers.mediaType': textIn(layer, 'mediaType') ?? '',
    'org.opencontainers.image.title': textIn(layer?.['annotations'], 'org.opencontainers.image.title') ?? '',
  };
}

function withoutSkipped(manifest: Json, config: Json): Json {
  const skipped = (annotationsOf(manifest)[skipList] ?? '').split(',').map((name) => name.trim());
  return Object.fromEntries(Object.entries(config).filter(([name]) => !skipped.includes(name)));
}
