from sqlalchemy import literal_column as literal_column, text as text
