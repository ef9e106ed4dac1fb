CREATE FUNCTION search(term text, sorted_by text) RETURNS SETOF documents AS $$
BEGIN
  -- # ruleid: web-sql-parameterised--procedure
  RETURN QUERY EXECUTE 'SELECT * FROM documents WHERE body ILIKE ''%' || term || '%''';
  -- # ruleid: web-sql-parameterised--procedure
  EXECUTE format('SELECT * FROM documents ORDER BY %s', sorted_by);
  -- # ok: web-sql-parameterised--procedure
  EXECUTE format('SELECT * FROM documents ORDER BY %I', sorted_by);
  -- # ok: web-sql-parameterised--procedure
  EXECUTE 'SELECT * FROM documents ORDER BY ' || quote_ident(sorted_by);
  -- # ok: web-sql-parameterised--procedure
  RETURN QUERY SELECT * FROM documents WHERE body ILIKE '%' || term || '%';
END;
$$ LANGUAGE plpgsql;
