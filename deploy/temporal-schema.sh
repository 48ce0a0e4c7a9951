#!/bin/sh
# Temporal's two schemas, made or brought up to date; the connection comes from SQL_* in the environment.
set -eu

for part in temporal visibility; do
  database=temporal
  [ "$part" = temporal ] || database=temporal_visibility
  temporal-sql-tool --database "$database" setup-schema --version 0.0
  temporal-sql-tool --database "$database" update-schema --schema-name "postgresql/v12/$part"
done
