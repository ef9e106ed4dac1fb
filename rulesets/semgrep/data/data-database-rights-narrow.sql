-- # ruleid: data-database-rights-narrow
CREATE ROLE agent WITH LOGIN SUPERUSER;
-- # ruleid: data-database-rights-narrow
GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA public TO PUBLIC;
-- # ruleid: data-database-rights-narrow
GRANT ALL PRIVILEGES ON *.* TO 'agent'@'%';
-- # ok: data-database-rights-narrow
CREATE ROLE reader WITH LOGIN NOSUPERUSER;
-- # ok: data-database-rights-narrow
GRANT SELECT, INSERT ON chunks TO reader;
-- # ok: data-database-rights-narrow
GRANT ALL PRIVILEGES ON TABLE chunks TO owner_of_chunks;
