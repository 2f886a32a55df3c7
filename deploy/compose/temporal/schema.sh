#!/bin/sh
# Temporal's own tables, brought up to date before its server starts. Safe to run again.
set -eu
tool() {
    temporal-sql-tool --plugin postgres12 --ep "$SQL_HOST" -p 5432 -u "$SQL_USER" --db "$1" "$2" "$3" "$4"
}
for pair in temporal:temporal temporal_visibility:visibility; do
    database="${pair%%:*}"
    tool "$database" setup-schema -v 0.0 || true # already set up
    tool "$database" update-schema -d "/etc/temporal/schema/postgresql/v12/${pair##*:}/versioned"
done
