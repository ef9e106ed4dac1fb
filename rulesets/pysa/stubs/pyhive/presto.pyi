from pyhive.hive import Connection as Connection, Cursor as Cursor, connect as connect
