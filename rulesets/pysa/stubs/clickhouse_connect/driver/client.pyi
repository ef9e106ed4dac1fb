from clickhouse_connect import Client as Client
