import { once } from 'node:events';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../harness/berth-command.ts';
import { spawnProgram } from '../../harness/run-program.ts';
import { removeFolder, temporaryFolder } from '../../harness/temporary-folder.ts';
import { waitUntil } from '../../harness/wait-until.ts';
import { lowPort } from './low-port.ts';

export interface Balancer extends AsyncDisposable {
  readonly port: number;
}

/** nginx before some instances: each request goes to the next one that takes connections. */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const folder = temporaryFolder();
  const port = await lowPort();
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, port, ports));
  // One process: a second one would outlive a kill of the first.
  const args = ['-p', folder, '-c', file, '-g', 'daemon off; master_process off;'];
  const nginx = spawnProgram('/usr/sbin/nginx', args, { cwd: folder });
  let text = '';
  nginx.stderr?.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  nginx.stdout?.resume();
  const ended = once(nginx, 'exit');
  await waitUntil('nginx takes connections', async () => {
    if (nginx.exitCode !== null) throw new Error(`nginx has ended: ${text}`);
    return fetch(`http://127.0.0.1:${port}/livez`).then(
      ({ status }) => status < 500,
      // Not listening yet.
      () => false,
    );
  });
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      nginx.kill('SIGKILL');
      await ended;
      removeFolder(folder);
    },
  };
}

/** The file that ships, where it is; otherwise the least that passes requests on. */
const shipped = join(root, 'deploy', 'nginx');

function configuration(folder: string, port: number, ports: readonly number[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (of) => `${of}_temp_path ${folder}/${of};`,
  );
  return `pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off;
  # A client that uses a connection again at the moment it is closed would not know what became of its request.
  keepalive_timeout 1h;
  keepalive_requests 1000000;
  ${temporary.join('\n  ')}
  ${existsSync(shipped) ? shippedSite(folder, port, ports) : plainSite(port, ports)}
}
`;
}

/** Without TLS, which is not what is tested here. */
function shippedSite(folder: string, port: number, ports: readonly number[]): string {
  cpSync(shipped, folder, { recursive: true });
  const place = join(folder, 'berth');
  writeFileSync(join(place, 'https.conf'), `listen 127.0.0.1:${port};\n`);
  writeFileSync(join(place, 'http.conf'), `listen unix:${folder}/http.sock;\n`);
  const servers = ports.flatMap((each) => [
    `server 127.0.0.1:${each} max_fails=1 fail_timeout=5s;`,
    `server 127.0.0.1:${each} backup max_fails=0;`,
  ]);
  writeFileSync(join(place, 'upstream.conf'), servers.join('\n'));
  return 'include berth.conf;';
}

function plainSite(port: number, ports: readonly number[]): string {
  return `upstream berth {
    ${ports.map((each) => `server 127.0.0.1:${each} max_fails=0;`).join('\n    ')}
    keepalive 32;
  }
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 0;
    location / {
      proxy_pass http://berth;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_request_buffering off;
      proxy_buffering off;
      proxy_read_timeout 900s;
      proxy_send_timeout 900s;
    }
  }`;
}
