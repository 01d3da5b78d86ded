#!/bin/sh
# Runs once, in an empty database server. The owner may change the schema; the runtime role may use it, and only
# add to history.
set -eu
psql --set ON_ERROR_STOP=1 --username postgres <<SQL
CREATE ROLE tracker_owner LOGIN PASSWORD '$OWNER_PASSWORD';
CREATE ROLE tracker_app LOGIN PASSWORD '$RUNTIME_PASSWORD';
CREATE DATABASE tracker OWNER tracker_owner;
REVOKE TEMPORARY ON DATABASE tracker FROM PUBLIC;
SQL
