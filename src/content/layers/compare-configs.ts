import { isRecord, type Json } from '../../lib/oci/json.ts';

export interface ConfigDifference {
  /** What it is a part of, by the names of the image-spec's config, or `annotations`. */
  readonly section: string;
  /** Of one of many in it: a variable, a label, a port; otherwise empty. */
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

interface Configured {
  readonly manifest: Json;
  readonly config: Json | undefined;
}

/** Of the config itself. */
const ofImage = ['created', 'author', 'os', 'architecture', 'variant'] as const;
/** Of what a container is run by. */
const ofRun = ['User', 'WorkingDir', 'Entrypoint', 'Cmd', 'StopSignal', 'Healthcheck'] as const;
/** By name; of ports and volumes the names are all there is. */
const maps = ['ExposedPorts', 'Volumes', 'Labels'] as const;

/** What two images say differently about themselves. What is no text is compared as JSON. */
export function compareConfigs(before: Configured, after: Configured): readonly ConfigDifference[] {
  const [was, is] = [factsOf(before), factsOf(after)];
  const keys = [...was.keys(), ...[...is.keys()].filter((key) => !was.has(key))];
  return keys
    .filter((key) => was.get(key)?.value !== is.get(key)?.value)
    .map((key) => {
      const { section = '', name = '' } = was.get(key) ?? is.get(key) ?? {};
      return { section, name, before: was.get(key)?.value, after: is.get(key)?.value };
    });
}

interface Fact {
  readonly section: string;
  readonly name: string;
  readonly value: string;
}

function factsOf({ manifest, config = {} }: Configured): ReadonlyMap<string, Fact> {
  const run = isRecord(config['config']) ? config['config'] : {};
  const facts = [
    ...ofRun.map((section) => factOf(section, '', run[section])),
    ...ofImage.map((section) => factOf(section, '', config[section])),
    ...variablesOf(run['Env']),
    ...maps.flatMap((section) => pairsOf(section, run[section])),
    ...pairsOf('annotations', manifest['annotations']),
  ].filter(({ value }) => value !== '');
  return new Map(facts.map((fact) => [JSON.stringify([fact.section, fact.name]), fact]));
}

function variablesOf(env: unknown): readonly Fact[] {
  const lines = Array.isArray(env) ? env.filter((line) => typeof line === 'string') : [];
  return lines.map((line) => {
    const equals = line.indexOf('=');
    const [name, value] = equals < 0 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
    return { section: 'Env', name, value: value === '' ? '""' : value };
  });
}

function pairsOf(section: string, value: unknown): readonly Fact[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).map(([name, of]) => factOf(section, name, of === '' ? '""' : of));
}

function factOf(section: string, name: string, value: unknown): Fact {
  const nothing = value === undefined || value === null;
  const text = nothing ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return { section, name, value: text };
}
