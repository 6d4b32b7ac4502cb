import type { ReactNode } from 'react';
import type { Answer } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { useAnswer } from '../../api/use-list.ts';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { wholeAddress } from '../../ui/navigation/prefix.ts';
import { CodeBlock } from '../../ui/show/code-block.tsx';
import { PageHead } from '../../ui/show/page-head.tsx';
import { Badge, Count, LongName, Size, Time } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { localeOf } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { HealthFacts } from './health-facts.tsx';
import { healthTexts, partTexts } from './text.ts';

type Health = Answer<'GET /api/v2.0/health'>;
type Component = NonNullable<Health['components']>[number];
type Instance = NonNullable<Health['instances']>[number];

const everyMs = 10_000;

export function HealthPage(): ReactNode {
  const said = useTexts(healthTexts);
  const { data, error, refetch } = useAnswer('GET /api/v2.0/health', {}, { everyMs });
  if (data === undefined)
    return (
      <>
        <PageHead title={said.title} />
        {error === null ? <Skeleton lines={8} /> : <Failure error={error} onAgain={() => void refetch()} />}
      </>
    );
  const { components = [], instances = [] } = data;
  const bad = components.filter(({ status }) => status !== 'healthy');
  const facts = (
    <>
      <Badge kind={bad.length === 0 ? 'ok' : 'danger'}>
        {bad.length === 0 ? said.allWell : said.notWell(bad.length)}
      </Badge>
      <span>{said.asked}</span>
    </>
  );
  return (
    <>
      <PageHead title={said.title} facts={facts} />
      <div className="stack">
        <div className="flow">
          <Parts components={components} />
          <HealthFacts />
        </div>
        {instances.length === 0 ? null : <Instances instances={instances} />}
        <section className="card">
          <h2>{said.monitoring}</h2>
          <p>{said.monitoringText}</p>
          <CodeBlock label={said.metrics} code={wholeAddress('/metrics')} />
        </section>
      </div>
    </>
  );
}

function Parts({ components }: { readonly components: readonly Component[] }): ReactNode {
  const said = useTexts(healthTexts);
  const names = new Map<string, string>(Object.entries(useTexts(partTexts)));
  const columns: readonly Column<Component>[] = [
    {
      id: 'part',
      header: said.part,
      cell: ({ name = '', error }) => (
        <div>
          <span>{names.get(name) ?? name}</span> <code className="muted">{name}</code>
          {error === undefined ? null : (
            <p className="problem" lang="en">
              {error}
            </p>
          )}
        </div>
      ),
    },
    {
      id: 'state',
      header: said.state,
      end: true,
      cell: ({ status }) => (
        <Badge kind={status === 'healthy' ? 'ok' : 'danger'}>
          {status === 'healthy' ? said.healthy : said.unhealthy}
        </Badge>
      ),
    },
  ];
  // What is wrong stands first.
  const rows = components.toSorted((a, b) => Number(a.status === 'healthy') - Number(b.status === 'healthy'));
  return (
    <section className="card">
      <h2>{said.components}</h2>
      <DataTable
        label={said.components}
        columns={columns}
        rows={rows}
        keyOf={({ name }) => name ?? ''}
        empty={null}
      />
    </section>
  );
}

function Instances({ instances }: { readonly instances: readonly Instance[] }): ReactNode {
  const said = useTexts(healthTexts);
  const { language } = useLanguage();
  const lag = (us: number): string =>
    said.milliseconds((us / 1000).toLocaleString(localeOf(language), { maximumFractionDigits: 1 }));
  const columns: readonly Column<Instance>[] = [
    { id: 'name', header: said.instance, cell: ({ name = '' }) => <LongName name={name} /> },
    { id: 'host', header: said.host, priority: 3, cell: ({ host = '' }) => <LongName name={host} /> },
    { id: 'version', header: said.version, cell: ({ version }) => version },
    {
      id: 'started',
      header: said.started,
      ordered: 'ascending',
      cell: ({ started_time: at }) => <Time at={at} />,
    },
    { id: 'seen', header: said.seen, priority: 4, cell: ({ seen_time: at }) => <Time at={at} /> },
    {
      id: 'requests',
      header: said.requests,
      end: true,
      cell: ({ requests_per_minute: count }) => <Count value={count} />,
    },
    {
      id: 'lag',
      header: said.lag,
      end: true,
      priority: 3,
      cell: ({ event_loop_lag_p99_us: us = 0 }) => <span className="number">{lag(us)}</span>,
    },
    {
      id: 'connections',
      header: said.connections,
      end: true,
      priority: 3,
      cell: ({ database_connections: used, database_connections_max: most }) => (
        <>
          <Count value={used} /> / <Count value={most} />
        </>
      ),
    },
    {
      id: 'memory',
      header: said.memory,
      end: true,
      cell: ({ resident_memory_bytes: bytes }) => <Size bytes={bytes} />,
    },
  ];
  return (
    <section className="card">
      <h2>{said.instances}</h2>
      <DataTable
        label={said.instances}
        columns={columns}
        rows={instances}
        keyOf={({ name }) => name ?? ''}
        empty={null}
      />
    </section>
  );
}
