/** How a command of the manual is run where pasting it and waiting for its end is not enough. */
export interface HowToRun {
  /** Why no test runs it. */
  readonly notRun?: string;
  /** It stays in a terminal of its own, as a server does. */
  readonly stays?: true;
  /** What is typed when it asks; `{password}` is the administrator's, as the first start showed it. */
  readonly answers?: readonly string[];
  /** With which code it ends, when the page shows a refusal. */
  readonly code?: number;
}

const alice = 'Correct-Horse-8';
const database = 'Correct-Horse-9';
const byDeploy = 'needs images of Docker Hub; the files are started by npm run test:deploy';
const byImage = 'needs an image of Debian; run by npm run test:image';
const noSystemd = 'needs a machine that systemd has started';
const noHarbor = 'needs a Harbor; its requests are replayed by npm run test:harbor-clients';
const noRegistry =
  "needs a folder that Docker's registry filled; tested by test/recovery/import-distribution.test.ts";

/** By a line of the block of commands, as it stands on the pages; a line that is on no page fails the test. */
export const howToRun: Readonly<Record<string, HowToRun>> = {
  'npm start': { stays: true },
  'runuser -u berth -- berth serve --config /etc/berth/berth.yml': { stays: true },
  'runuser -u berth -- berth serve --config /etc/berth/postgres.yml': { stays: true },
  'npm start -- --external-url https://registry.example --trusted-proxies 127.0.0.1': { stays: true },
  'npm start -- --tls self --tls-names registry.example': { stays: true },
  'npm start -- --tls-certificate /tmp/certs/domain.crt --tls-key /tmp/certs/domain.key --external-url https://registry.example:5000':
    { stays: true },
  'curl --cacert /tmp/berth-ca.crt --user admin https://registry.example:5000/v2/': {
    answers: ['{password}'],
  },
  'docker login -u admin registry.example:5000': { answers: ['{password}'] },
  'skopeo login -u admin registry.example:5000': { answers: ['{password}'] },
  'npm run build': { notRun: byImage },
  'docker run -d -p 5000:5000 --name registry berth': { notRun: byImage },
  'npm pack': { notRun: 'needs the sources; what it bundles is tested by npm test' },
  'npm install --global ./berth-0.1.0.tgz': { notRun: 'needs the network' },
  'systemctl daemon-reload': { notRun: noSystemd },
  'systemctl enable --now berth@1 berth@2 berth@3': { notRun: noSystemd },
  'docker build --file deploy/docker/Dockerfile --tag berth .': { notRun: byDeploy },
  'docker compose --file compose.cluster.yaml up --detach': { notRun: byDeploy },
  'apt-get install caddy': { notRun: 'needs the network; the machine has the package' },
  'apt-get install nginx': { notRun: 'needs the network; the machine has the package' },
  'runuser -u postgres -- createuser --pwprompt berth': { answers: [database, database] },
  'docker login -u admin localhost:5000': { answers: ['{password}'] },
  'podman login --tls-verify=false -u admin localhost:5000': { answers: ['{password}'] },
  'skopeo login --tls-verify=false -u admin localhost:5000': { answers: ['{password}'] },
  'docker login -u admin registry.example': { answers: ['{password}'] },
  'skopeo login -u admin registry.example': { answers: ['{password}'] },
  'bin/berth user add alice': { answers: [alice, alice] },
  'bin/berth user add alice --email alice@example.com': { answers: [alice, alice] },
  'docker login -u alice localhost:5000': { answers: [alice] },
  'docker pull localhost:5000/payments/hello:1': { code: 1 },
  'docker pull localhost:5000/pay/worker:v1': { code: 1 },
  'bin/berth access explain bob push pay/api': { code: 5 },
  'bin/berth repo delete ledger/app --yes --server http://localhost:5000 --user ann --password-file ann.password':
    { code: 5 },
  'bin/berth config diff -f registry': { code: 8 },
  "sed -i 's/who: bob/who: bobb/; s/public: false/publik: false/' registry/projects/pay.yml": { code: 2 },
  'BERTH_LISTN=localhost:5001 bin/berth config check': { code: 2 },
  "echo 'log_levl: info' >>berth.yml": { code: 2 },
  'bin/berth serve --listen localhost:5001': { code: 7 },
  'spoilt=$(find data/storage/docker -name data -size +8k | head -n 1)': { code: 8 },
  'bin/berth verify storage --deep --repair': { code: 8 },
  'berth restore db newest --data /var/lib/berth --storage /srv/images': {
    notRun: 'needs a snapshot, which a server takes when its database is an hour old',
  },
  'echo Correct-Horse-7 >/tmp/password': { code: 4 },
  'tofu init': {
    notRun: 'needs the network; the file is applied by npm run full:terraform',
  },
  'curl --user admin https://harbor.example/api/v2.0/registries --json \\': { notRun: noHarbor },
  'curl --user admin https://harbor.example/api/v2.0/replication/policies --json \\': { notRun: noHarbor },
  'curl --silent --user admin http://localhost:5000/api/v2.0/projects/payments/summary; echo': {
    answers: ['{password}'],
  },
  "curl --silent --user admin 'http://localhost:5000/api/v2.0/projects/payments/repositories?page_size=100&sort=name' |":
    { answers: ['{password}'] },
  'curl --silent --user admin http://localhost:5000/api/v2.0/retentions --json @/tmp/policy.json': {
    answers: ['{password}'],
  },
  'docker stop registry': { notRun: noRegistry },
  'docker start registry': { notRun: noRegistry },
  'berth import distribution --data /var/lib/berth --storage /srv/registry --dry-run': { notRun: noRegistry },
  'berth import distribution --data /var/lib/berth --storage /srv/registry': { notRun: noRegistry },
  'berth serve --data /var/lib/berth --storage /srv/registry': { notRun: noRegistry },
  'bin/berth repo delete payments/api --yes': { code: 5 },
  'bin/berth storage adopt --into library/found': { answers: ['y'] },
};
