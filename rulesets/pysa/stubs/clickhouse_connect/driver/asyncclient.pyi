from clickhouse_connect import AsyncClient as AsyncClient
