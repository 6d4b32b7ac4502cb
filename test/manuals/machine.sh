#!/bin/bash
# machine.sh CHECKOUT HUB: runs in namespaces of its own (unshare --mount --net --pid): a throw-away copy of this
# machine with its own loopback, on which the manual's commands may change anything. In it: dockerd, nginx,
# PostgreSQL, and a registry (the folder HUB) that stands for Docker Hub. Prints "ready" and stays until it is killed.
set -euo pipefail
checkout=$1
hub=$2

mount --make-rprivate /
below=$(dirname "$checkout")/machine
mkdir "$below"
mount -t tmpfs machine "$below"
mkdir "$below"/{upper,work,root,hub}
cp -r "$hub/." "$below/hub"
mount -t overlay machine -o "lowerdir=/,upperdir=$below/upper,workdir=$below/work" "$below/root"
cd "$below/root"
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
for folder in run var/lib/docker var/lib/containers; do
  mkdir -p "$folder"
  mount -t tmpfs machine "$folder"
done
mkdir -p home/ops/berth run/lock run/postgresql srv/hub
chown postgres run/postgresql
cp -r "$checkout/." home/ops/berth
cp -r "$below/hub/." srv/hub
mkdir old
pivot_root . old
umount -l old
ip link set lo up

# The commands run as on a machine that is connected: names lead here, and packages of npm come from its cache.
echo '127.0.0.1 localhost registry.example' >/etc/hosts
echo '::1 localhost' >>/etc/hosts
mkdir -p /etc/containers/registries.conf.d /etc/docker
cat >/etc/containers/registries.conf.d/hub.conf <<'END'
[[registry]]
prefix = "docker.io"
location = "docker.io"
[[registry.mirror]]
location = "localhost:5999"
insecure = true
END
echo '{"registry-mirrors": ["http://localhost:5999"], "iptables": false, "ip6tables": false, "bridge": "none"}' \
  >/etc/docker/daemon.json

cd /home/ops/berth
bin/berth serve --listen localhost:5999 --data /srv/hub >/tmp/hub.log 2>&1 &
dockerd >/tmp/dockerd.log 2>&1 &
rm -f /etc/nginx/sites-enabled/default
nginx
pg_ctlcluster 15 main start
until docker version >/dev/null 2>&1 && curl -fs localhost:5999/readyz >/dev/null && pg_isready -q; do
  kill -0 %1 && kill -0 %2
  sleep 0.1
done
echo ready
exec sleep infinity
