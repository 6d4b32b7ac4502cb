export interface PodContainer {
  readonly name?: string;
  readonly image?: string;
}

export interface PodStatus {
  readonly name?: string;
  readonly image?: string;
  readonly imageID?: string;
}

/** Of Kubernetes' API, what is looked at. */
export interface Pod {
  readonly spec?: {
    readonly containers?: readonly PodContainer[];
    readonly initContainers?: readonly PodContainer[];
    readonly ephemeralContainers?: readonly PodContainer[];
  };
  readonly status?: {
    readonly containerStatuses?: readonly PodStatus[];
    readonly initContainerStatuses?: readonly PodStatus[];
    readonly ephemeralContainerStatuses?: readonly PodStatus[];
  };
}

/**
 * The images of one registry that these Pods name or run, as `parseImage` reads them. A runtime may name the digest of an image
 * under another registry that has it, too: it then counts for the name in the spec.
 */
export function imagesOfPods(pods: readonly Pod[], registry: string): Set<string> {
  const found = new Set<string>();
  for (const { spec = {}, status = {} } of pods) {
    const named = new Map<string, string>();
    for (const list of [spec.containers, spec.initContainers, spec.ephemeralContainers])
      for (const { name = '', image } of list ?? []) {
        const own = ofRegistry(image, registry);
        if (own === undefined) continue;
        found.add(own);
        named.set(name, own);
      }
    for (const list of [
      status.containerStatuses,
      status.initContainerStatuses,
      status.ephemeralContainerStatuses,
    ])
      for (const { name = '', image, imageID } of list ?? []) {
        for (const text of [image, imageID]) {
          const own = ofRegistry(text, registry);
          if (own !== undefined) found.add(own);
        }
        const [spelled, digest] = [named.get(name), /@(sha(?:256|512):[0-9a-f]+)$/.exec(imageID ?? '')?.[1]];
        if (spelled !== undefined && digest !== undefined) found.add(`${nameOf(spelled)}@${digest}`);
      }
  }
  return found;
}

/** Without what a runtime writes before it; undefined for one of another registry. */
function ofRegistry(text: string | undefined, registry: string): string | undefined {
  const image = (text ?? '').replace(/^[a-z-]+:\/\//, '');
  const host = image.slice(0, Math.max(0, image.indexOf('/')));
  return host.toLowerCase() === registry.toLowerCase() ? image : undefined;
}

/** Without its tag and its digest. */
function nameOf(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
}
