from sqlalchemy import text as text, literal_column as literal_column
