from sqlalchemy import text as text
