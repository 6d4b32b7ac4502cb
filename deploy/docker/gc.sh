#!/bin/sh
# What cron entries for Harbor call, `docker exec harbor-jobservice /harbor/gc.sh`: collects garbage, and ends as
# `berth gc run` does.
if [ -z "${BERTH_DATA-}" ]; then set -- --config /etc/docker/registry/config.yml "$@"; fi
exec /opt/berth/bin/berth gc run "$@"
