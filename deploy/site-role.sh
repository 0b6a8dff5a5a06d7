#!/bin/sh
# Run once by the image of PostgreSQL, as the cluster's superuser, when its volume is empty; and once
# more by hand on an installation that is older than this file (see docs/operations.md).
#
# The site gets a role of its own, which owns its database and nothing else: it cannot read files of
# the server, run programs there, make other roles or look into other databases.
set -eu

: "${SITE_PASSWORD:?}"
role=grandequipe_site
database=${POSTGRES_DB:-grandequipe}

psql --set=ON_ERROR_STOP=1 --username "${POSTGRES_USER:-grandequipe}" --dbname "$database" \
	--set=role="$role" --set=database="$database" <<'SQL'
\getenv password SITE_PASSWORD
SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') AS is_new \gset
\if :is_new
CREATE ROLE :"role";
\endif
ALTER ROLE :"role" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
ALTER DATABASE :"database" OWNER TO :"role";
ALTER SCHEMA public OWNER TO :"role";
-- What the site made while it was the superuser itself becomes its own.
SELECT format('ALTER TABLE public.%I OWNER TO %I', relname, :'role')
	FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
	AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e') \gexec
SELECT format('ALTER SEQUENCE public.%I OWNER TO %I', relname, :'role')
	FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
	AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype IN ('a', 'e', 'i')) \gexec
SELECT format('ALTER ROUTINE public.%I(%s) OWNER TO %I', proname, pg_get_function_identity_arguments(oid), :'role')
	FROM pg_proc WHERE pronamespace = 'public'::regnamespace
	AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e') \gexec
SELECT format('ALTER TYPE public.%I OWNER TO %I', typname, :'role')
	FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
	AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_type.oid AND deptype = 'e') \gexec
-- Trusted extensions: the migrations make them with the site's own role where they are not there.
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
SQL
