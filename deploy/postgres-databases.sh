#!/bin/bash
# On the first start of an empty PostgreSQL: a database and a role of its own for the record and for Temporal.
set -euo pipefail

psql --username "${POSTGRES_USER:-postgres}" --no-password --set ON_ERROR_STOP=1 \
  --set mosty_password="$MOSTY_DATABASE_PASSWORD" --set temporal_password="$TEMPORAL_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE mosty LOGIN PASSWORD :'mosty_password';
CREATE DATABASE mosty OWNER mosty;
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
SQL
