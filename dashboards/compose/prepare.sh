#!/bin/sh
# Makes what a site with Docker needs before anything starts: settings, keys, and passwords that
# nobody has chosen. What is there already is kept.
set -eu

: "${FABNUM_DATA:?}" "${FABNUM_TOWN:?}" "${FABNUM_NAMES:?}"
secrets=${SECRETS:-/secrets} # where the volumes of InfluxDB and Grafana are, a folder for each
owner=${OWNER-fabnum:fabnum} # of the gateway's own files; empty: leave them to whoever runs this
readers=${GRAFANA_READERS-0} # Grafana's container runs as user 472 of group 0

random() { python3 -c 'import secrets; print(secrets.token_urlsafe(32))'; }

# keep FILE MODE: write what comes on standard input, if FILE is not there yet, whole or not at all.
keep() {
    [ -s "$1" ] && return
    umask 077
    cat >"$1.new"
    chmod "$2" "$1.new"
    mv "$1.new" "$1"
}

set -- # one --name for each name by which boards reach this machine
for name in localhost 127.0.0.1 $FABNUM_NAMES; do
    set -- "$@" --name "$name"
done
fabnum init --data "$FABNUM_DATA" --town "$FABNUM_TOWN" --languages fr,en "$@"

own=$FABNUM_DATA/secrets
mkdir -p "$own" "$secrets/influxdb" "$secrets/grafana"
random | keep "$secrets/influxdb/password" 0600
random | keep "$secrets/influxdb/token" 0600
random | keep "$secrets/grafana/password" 0640
keep "$own/influx-admin" 0600 <"$secrets/influxdb/token"
{ printf 'fabnum:'; cat "$secrets/grafana/password"; } | keep "$own/grafana-admin" 0600
[ -z "$readers" ] || chgrp "$readers" "$secrets/grafana/password"
[ -z "$owner" ] || chown -R "$owner" "$FABNUM_DATA"
