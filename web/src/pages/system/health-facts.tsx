import type { ReactNode } from 'react';
import type { Row } from '../../api/call.ts';
import { Failure } from '../../api/failure.tsx';
import { roleInWords, roleTexts } from '../../api/names/role-text.ts';
import { useAnswer, useList } from '../../api/use-list.ts';
import { Skeleton } from '../../ui/feedback/skeleton.tsx';
import { Link } from '../../ui/navigation/link.tsx';
import { outward } from '../../ui/navigation/prefix.ts';
import { Badge, LongName, Meter, Time } from '../../ui/show/values.tsx';
import { type Column, DataTable } from '../../ui/table/data-table.tsx';
import { formatAbsolute, formatBytes, formatNumber } from '../../ui/text/format.ts';
import { useLanguage, useTexts } from '../../ui/text/language.tsx';
import { healthTexts } from './text.ts';

/** What stands behind the parts: disk, version, what ends soon. */
export function HealthFacts(): ReactNode {
  return (
    <>
      <Disk />
      <SystemCard />
      <StateCard />
      <Expiring />
    </>
  );
}

function Disk(): ReactNode {
  const said = useTexts(healthTexts);
  const { language } = useLanguage();
  const { data, error } = useAnswer('GET /api/v2.0/systeminfo/volumes', {});
  const { data: forecast } = useAnswer('GET /api/berth/v1/storage/forecast', {});
  if (error !== null) return <Failure error={error} />;
  const [disk] = data?.storage ?? [];
  if (disk === undefined) return <Skeleton lines={2} />;
  const { total = 0, free = 0 } = disk;
  const text = said.free(formatBytes(free, language), formatBytes(total, language));
  const state = forecast?.state;
  return (
    <section className="card">
      <h2>{said.disk}</h2>
      <Meter label={text} value={total - free} of={total} />
      <p className="number">{text}</p>
      {state === undefined ? null : (
        <p className="muted">
          {state === 'growing'
            ? said.full(forecast?.full_on ?? '')
            : state === 'not-growing'
              ? said.notGrowing
              : said.noForecast}
        </p>
      )}
    </section>
  );
}

function SystemCard(): ReactNode {
  const said = useTexts(healthTexts);
  const { data, error } = useAnswer('GET /api/v2.0/systeminfo', {});
  const { data: version } = useAnswer('GET /api/version', {});
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Skeleton lines={3} />;
  return (
    <section className="card">
      <h2>{said.system}</h2>
      <dl className="details">
        <dt>{said.version}</dt>
        <dd>
          <code>{data.harbor_version}</code> <span className="muted">API {version?.version}</span>
        </dd>
        <dt>{said.address}</dt>
        <dd>
          <code>{data.external_url ?? data.registry_url}</code>
        </dd>
        <dt>{said.store}</dt>
        <dd>
          <code>{data.registry_storage_provider_name}</code>
        </dd>
        <dt>{said.readOnly}</dt>
        <dd>
          <Link to="/admin/settings/operation">
            {data.read_only === true ? said.readOnlyOn : said.readOnlyOff}
          </Link>
        </dd>
        {data.has_ca_root === true ? (
          <>
            <dt>{said.authority}</dt>
            <dd>
              <a href={outward('/api/v2.0/systeminfo/getcert')} download>
                {said.download}
              </a>
            </dd>
          </>
        ) : null}
      </dl>
    </section>
  );
}

/** Of the instance that answers: what it encrypts with, whose storage it has, where its metrics are. */
function StateCard(): ReactNode {
  const said = useTexts(healthTexts);
  const { language } = useLanguage();
  const { data, error } = useAnswer('GET /api/berth/v1/system/state', {});
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Skeleton lines={4} />;
  const { certificate, metrics_listener: metrics } = data;
  const matches = data.storage_marker === 'matches';
  const left = certificate?.days_left ?? 0;
  return (
    <section className="card">
      <h2>{said.instanceState}</h2>
      <dl className="details">
        <dt>{said.certificate}</dt>
        {certificate === undefined ? (
          <dd>{said.noCertificate}</dd>
        ) : (
          <>
            <dd>
              <code>{certificate.subject}</code>
            </dd>
            <dt>{said.certificateNames}</dt>
            <dd lang="en">{certificate.names?.join(', ')}</dd>
            <dt>{said.issuer}</dt>
            <dd>
              <code>{certificate.issuer}</code>
            </dd>
            <dt>{said.validUntil}</dt>
            <dd>
              {formatAbsolute(Date.parse(certificate.valid_until ?? ''), language)}{' '}
              <Badge kind={left < 7 ? 'danger' : left < 30 ? 'warning' : 'ok'}>
                {left < 0 ? said.ended : said.daysLeft(formatNumber(left, language))}
              </Badge>
            </dd>
          </>
        )}
        <dt>{said.marker}</dt>
        <dd>
          <Badge kind={matches ? 'ok' : 'danger'}>{matches ? said.markerMatches : said.markerForeign}</Badge>
        </dd>
        <dt>{said.metricsListener}</dt>
        <dd>
          {metrics?.state === 'off' ? said.metricsOff : <code>{metrics?.address}</code>}{' '}
          {metrics?.state === 'taken' ? <Badge kind="warning">{said.metricsTaken}</Badge> : null}
        </dd>
      </dl>
    </section>
  );
}

type Ending = Row<'GET /api/berth/v1/expiring'>;

function Expiring(): ReactNode {
  const said = useTexts(healthTexts);
  const roles = useTexts(roleTexts);
  const { data, error } = useList('GET /api/berth/v1/expiring', {
    query: { within: '30d', page: 1, page_size: 10 },
  });
  const kinds = {
    certificate: said.kindCertificate,
    grant: said.kindGrant,
    robot: said.kindRobot,
    token: said.kindToken,
  };
  const columns: readonly Column<Ending>[] = [
    {
      id: 'name',
      header: said.name,
      cell: ({ kind, name = '' }) => <LongName name={kind === 'grant' ? roleInWords(name, roles) : name} />,
    },
    { id: 'what', header: said.what, cell: ({ kind }) => (kind === undefined ? '' : kinds[kind]) },
    { id: 'holder', header: said.holder, cell: ({ holder = '–' }) => <LongName name={holder} /> },
    {
      id: 'where',
      header: said.where,
      cell: ({ kind, where = kind === 'grant' ? roles.everywhere : '–' }) => <LongName name={where} />,
    },
    {
      id: 'ends',
      header: said.expires,
      ordered: 'ascending',
      cell: ({ expires_at: at }) => <Time at={at} />,
    },
  ];
  return (
    <section className="card">
      <h2>{said.expiring}</h2>
      {error === null ? (
        <DataTable
          label={said.expiring}
          columns={columns}
          rows={data?.rows}
          keyOf={({ kind, id, name }) => `${kind} ${id} ${name}`}
          empty={<p className="muted">{said.nothingExpires}</p>}
        />
      ) : (
        <Failure error={error} />
      )}
    </section>
  );
}
