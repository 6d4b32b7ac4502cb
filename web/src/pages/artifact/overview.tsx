import { Fragment, type ReactNode } from 'react';
import { pathOf } from '../../ui/navigation/match.ts';
import { Parts } from '../../ui/show/parts.tsx';
import { Badge, Digest, Size, Time } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { useTexts } from '../../ui/text/language.tsx';
import { IndexesOf } from './indexes-of.tsx';
import { LabelsOf } from './labels-of.tsx';
import { MediaType } from './media-type.tsx';
import type { Artifact, Place } from './place.ts';
import { type Loose, platformOf, record, text, texts } from './read-config.ts';
import { artifactTexts } from './text.ts';

interface OverviewProps {
  readonly artifact: Artifact;
  readonly place: Place;
}

export function Overview({ artifact, place }: OverviewProps): ReactNode {
  const attributes = record(artifact.extra_attrs);
  // A model has a config, too, which runs nothing.
  const config = artifact.type === 'IMAGE' ? record(attributes['config']) : {};
  const children = artifact.references ?? [];
  return (
    <div className="flow">
      <WhatItIs artifact={artifact} attributes={attributes} place={place} />
      <LabelsOf artifact={artifact} place={place} />
      {children.length > 0 ? <Children artifact={artifact} place={place} /> : null}
      {Object.keys(config).length > 0 ? <HowItRuns config={config} /> : null}
      <Pairs title="annotations" pairs={record(artifact.annotations)} />
      <Pairs title="imageLabels" pairs={record(config['Labels'])} />
    </div>
  );
}

function WhatItIs({
  artifact,
  attributes,
  place,
}: OverviewProps & { readonly attributes: Loose }): ReactNode {
  const said = useTexts(artifactTexts);
  const platform = platformOf(artifact);
  const created = text(attributes['created']);
  const author = text(attributes['author']);
  return (
    <section className="card">
      <h2>{said.facts}</h2>
      <dl className="details">
        <dt>{said.tags}</dt>
        <dd>
          {(artifact.tags ?? []).length === 0 ? (
            <IndexesOf key={artifact.digest} artifact={artifact} place={place} none={said.noTags} />
          ) : (
            <span lang="en">{(artifact.tags ?? []).map(({ name }) => name).join(', ')}</span>
          )}
        </dd>
        <dt>{said.size}</dt>
        <dd>
          <Size bytes={artifact.size} />
        </dd>
        {platform === '' ? null : (
          <>
            <dt>{said.platform}</dt>
            <dd lang="en">{platform}</dd>
          </>
        )}
        <MediaTypes artifact={artifact} />
        {created === undefined ? null : (
          <>
            <dt>{said.created}</dt>
            <dd>
              <Time at={created} />
            </dd>
          </>
        )}
        {author === undefined ? null : (
          <>
            <dt>{said.author}</dt>
            <dd lang="en">{author}</dd>
          </>
        )}
        <dt>{said.pushed}</dt>
        <dd>
          <Time at={artifact.push_time} />
        </dd>
        <dt>{said.pulled}</dt>
        <dd>
          <Time at={artifact.pull_time} />
        </dd>
      </dl>
    </section>
  );
}

/** Of the manifest, and what it says of itself and of its config where that is another one. */
function MediaTypes({ artifact }: Pick<OverviewProps, 'artifact'>): ReactNode {
  const said = useTexts(artifactTexts);
  const { manifest_media_type: own, media_type: config, artifact_type: declared } = artifact;
  const rows = [
    [said.mediaType, own],
    [said.artifactType, declared === config ? undefined : declared],
    [said.configType, config],
  ] as const;
  const shown = new Set<string>();
  return rows.map(([label, name = '']) => {
    if (name === '' || shown.has(name)) return null;
    shown.add(name);
    return (
      <Fragment key={label}>
        <dt>{label}</dt>
        <dd>
          <MediaType name={name} />
        </dd>
      </Fragment>
    );
  });
}

type Child = NonNullable<Artifact['references']>[number];

/** Of an index: one image for each platform. */
function Children({ artifact, place: { project, repository } }: OverviewProps): ReactNode {
  const said = useTexts(artifactTexts);
  const columns: readonly Column<Child>[] = [
    {
      id: 'platform',
      header: said.platform,
      cell: ({ platform }) => (
        <Badge>
          <span lang="en">
            {[platform?.os, platform?.architecture, platform?.variant].filter(Boolean).join('/') || '–'}
          </span>
        </Badge>
      ),
    },
    {
      id: 'digest',
      header: said.digest,
      cell: ({ child_digest: digest = '' }) => (
        <Digest
          digest={digest}
          to={pathOf('/p/:project/r/:repository*/-/a/:digest', { project, repository, digest })}
        />
      ),
    },
  ];
  return (
    <section className="card">
      <h2>{said.platforms}</h2>
      <DataTable
        label={said.platforms}
        columns={columns}
        rows={artifact.references ?? []}
        keyOf={({ child_digest: digest }) => digest ?? ''}
        empty={null}
      />
    </section>
  );
}

function HowItRuns({ config }: { readonly config: Loose }): ReactNode {
  const said = useTexts(artifactTexts);
  const words = (key: string): string => texts(config[key]).join(' ');
  const environment = texts(config['Env']);
  const lines: readonly [label: string, value: string][] = [
    [said.entrypoint, words('Entrypoint')],
    [said.command, words('Cmd')],
    [said.user, text(config['User']) ?? said.rootUser],
    [said.workingFolder, text(config['WorkingDir']) ?? ''],
    [said.ports, Object.keys(record(config['ExposedPorts'])).join(' ')],
  ];
  return (
    <section className="card">
      <h2>{said.run}</h2>
      <dl className="details">
        {lines
          .filter(([, value]) => value !== '')
          .map(([label, value]) => (
            <Line key={label} label={label} value={value} />
          ))}
        {environment.length === 0 ? null : (
          <>
            <dt>{said.environment}</dt>
            <dd>
              <ul lang="en">
                {environment.map((each) => (
                  <li key={each}>
                    <code>
                      <Parts text={each} />
                    </code>
                  </li>
                ))}
              </ul>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Line({ label, value }: { readonly label: string; readonly value: string }): ReactNode {
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <code>
          <Parts text={value} />
        </code>
      </dd>
    </>
  );
}

function Pairs({
  title,
  pairs,
}: {
  readonly title: 'annotations' | 'imageLabels';
  readonly pairs: Loose;
}): ReactNode {
  const said = useTexts(artifactTexts);
  const entries = Object.entries(pairs).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  if (entries.length === 0) return null;
  return (
    <section className="card">
      <h2>{said[title]}</h2>
      <dl className="details pairs" lang="en">
        {entries.map(([key, value]) => (
          <Line key={key} label={key} value={value} />
        ))}
      </dl>
    </section>
  );
}
