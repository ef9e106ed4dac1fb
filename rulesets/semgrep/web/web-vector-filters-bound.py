from pymilvus import Collection


class Store:
    def remove(self, document):
        # ruleid: web-vector-filters-bound
        self.col.delete(expr=f'metadata["document_id"] == "{document}"')

    def find(self, tenant, number):
        # ruleid: web-vector-filters-bound
        self.client.query("c", filter=f"tenant == '{tenant}'")
        # ok: web-vector-filters-bound
        self.client.query("c", filter=f"number == {int(number)}")
        # ok: web-vector-filters-bound
        self.client.query("c", filter="tenant == {t}", filter_params={"t": tenant})
