CREATE FUNCTION search(term text, sorted_by text) RETURNS SETOF documents AS $$
BEGIN
  -- # ruleid: data-procedure-statement-bound
  RETURN QUERY EXECUTE 'SELECT * FROM documents WHERE body ILIKE ''%' || term || '%''';
  -- # ruleid: data-procedure-statement-bound
  EXECUTE format('SELECT * FROM documents ORDER BY %s', sorted_by);
  -- # ok: data-procedure-statement-bound
  EXECUTE format('SELECT * FROM documents ORDER BY %I', sorted_by);
  -- # ok: data-procedure-statement-bound
  EXECUTE 'SELECT * FROM documents ORDER BY ' || quote_ident(sorted_by);
  -- # ok: data-procedure-statement-bound
  RETURN QUERY SELECT * FROM documents WHERE body ILIKE '%' || term || '%';
END;
$$ LANGUAGE plpgsql;
