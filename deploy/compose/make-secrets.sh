#!/bin/sh
# Make what is missing in ./secrets: random passwords and keys. What is there already is never changed.
# The folder is closed to other users of this machine; the files in it must be readable by the containers'
# own unprivileged users.
set -eu
cd "$(dirname "$0")/../.."
umask 077
mkdir -p secrets
chmod 0700 secrets

random() { head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'; }
key() { printf 'k1:%s' "$(head -c 32 /dev/urandom | base64 | tr -d '\n')"; }
make() {
    [ -e "secrets/$1" ] || printf '%s' "$2" >"secrets/$1"
    chmod 0444 "secrets/$1"
}

for name in postgres_password runcoach_owner_password runcoach_app_password runcoach_backup_password \
    temporal_db_password grafana_admin_password backup_key; do
    make "$name" "$(random)"
done
for name in runcoach_vault_key runcoach_codec_key; do
    make "$name" "$(key)"
done
make runcoach_database_url "postgresql://runcoach_owner:$(cat secrets/runcoach_owner_password)@postgres:5432/runcoach"
make runcoach_database_app_url "postgresql://runcoach_app:$(cat secrets/runcoach_app_password)@postgres:5432/runcoach"
password="$(cat secrets/temporal_db_password)"
make temporal.env "$(printf 'POSTGRES_PWD=%s\nSQL_PASSWORD=%s\n' "$password" "$password")"

# Yours to fill in, or to leave empty: no Strava, and the built-in rule coach.
make runcoach_strava_client_secret ""
make openai_api_key ""
echo "secrets/ is complete. Keep a copy of runcoach_vault_key, runcoach_codec_key and backup_key elsewhere:" >&2
echo "without them nobody can read the tokens, the workflows or the backups again." >&2
