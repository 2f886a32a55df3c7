#!/bin/sh
# Once at the start and then every night: the database and the originals in one encrypted set.
# A set is named by its time; `last-success` is touched when it is whole. Restore: deploy/README.md.
# `backup.sh once` makes one and ends.
set -eu
umask 077
backups="${BACKUP_DIR:-/backups}"
secrets="${SECRETS_DIR:-/run/secrets}"
data="${RUNCOACH_DATA_DIR:-/data}"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
programs="$(python -c 'from runcoach.embedded.postgres import bundled_programs; print(bundled_programs() / "bin")')"
PGPASSWORD="$(cat "$secrets/runcoach_backup_password")"
export PGPASSWORD
key_file="$secrets/backup_key"

seal() { openssl enc -aes-256-ctr -pbkdf2 -iter 600000 -salt -pass "file:$key_file"; }
signature() { openssl dgst -sha256 -hmac "$(cat "$key_file")" -r "$1" | cut -d' ' -f1; }

back_up() {
    name="runcoach-$(date -u +%Y%m%dT%H%M%SZ)"
    draft="$backups/.$name"
    rm -rf "$backups"/.runcoach-*
    mkdir "$draft"
    # A failure inside a pipe must not pass unseen: each stage writes a file of its own.
    "$programs/pg_dump" --format=custom --no-owner --file="$scratch/database.dump" || return 1
    seal <"$scratch/database.dump" >"$draft/database.dump.enc" || return 1
    rm -f "$scratch/database.dump" "$scratch/originals.tar"
    mkfifo "$scratch/originals.tar"
    tar -C "$data" -cf "$scratch/originals.tar" originals raw_payloads &
    seal <"$scratch/originals.tar" >"$draft/originals.tar.enc" || return 1
    wait $! || return 1
    for part in database.dump.enc originals.tar.enc; do
        printf '%s  %s\n' "$(signature "$draft/$part")" "$part" >>"$draft/HMAC-SHA256" || return 1
    done
    mv "$draft" "$backups/$name"
    touch "$backups/last-success"
    find "$backups" -maxdepth 1 -name 'runcoach-*' -mtime "+${BACKUP_KEEP_DAYS:-30}" -exec rm -rf {} +
    echo "backed up: $name"
}

seconds_until_next() {
    now="$(date -u +%s)"
    next="$((now / 86400 * 86400 + ${BACKUP_HOUR_UTC:-18} * 3600))"
    [ "$next" -gt "$now" ] || next="$((next + 86400))"
    echo "$((next - now))"
}

if [ "${1:-}" = once ]; then
    back_up
    exit
fi
trap 'exit 0' TERM INT
while true; do
    back_up || echo "the backup failed; the next try is tonight" >&2
    sleep "$(seconds_until_next)" &
    wait $!
done
