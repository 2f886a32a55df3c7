#!/bin/bash
# First start of the database: roles with no more rights than they need, and the databases.
set -euo pipefail

secret() { cat "${SECRETS_DIR:-/run/secrets}/$1"; }

psql --no-psqlrc --set ON_ERROR_STOP=1 --username postgres \
    --set owner="$(secret runcoach_owner_password)" --set app="$(secret runcoach_app_password)" \
    --set backup="$(secret runcoach_backup_password)" --set temporal="$(secret temporal_db_password)" <<'SQL'
CREATE ROLE runcoach_owner LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE runcoach_app LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS PASSWORD :'app';
CREATE ROLE runcoach_backup LOGIN NOSUPERUSER BYPASSRLS IN ROLE pg_read_all_data PASSWORD :'backup';
CREATE ROLE temporal LOGIN NOSUPERUSER CREATEDB PASSWORD :'temporal';
CREATE DATABASE runcoach OWNER runcoach_owner;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE ALL ON DATABASE runcoach, temporal, temporal_visibility FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE runcoach TO runcoach_owner, runcoach_app, runcoach_backup;
\connect runcoach
CREATE EXTENSION vector;
\connect temporal_visibility
CREATE EXTENSION btree_gin;
SQL
