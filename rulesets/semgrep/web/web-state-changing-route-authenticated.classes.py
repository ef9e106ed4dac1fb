from django.contrib.auth.mixins import LoginRequiredMixin
from django.views import View
from starlette.authentication import requires
from starlette.endpoints import HTTPEndpoint

from store import agents


class AgentView(View):
    # ruleid: web-state-changing-route-authenticated
    def delete(self, request, pk):
        agents.remove(pk)

    # ok: web-state-changing-route-authenticated
    def get(self, request, pk):
        return agents.one(pk)


class GoodAgentView(LoginRequiredMixin, View):
    # ok: web-state-changing-route-authenticated
    def delete(self, request, pk):
        agents.remove(pk)


class Memory(HTTPEndpoint):
    # ruleid: web-state-changing-route-authenticated
    async def delete(self, request):
        await agents.forget(request.path_params["id"])


class GoodMemory(HTTPEndpoint):
    # ok: web-state-changing-route-authenticated
    @requires("authenticated")
    async def delete(self, request):
        await agents.forget(request.path_params["id"])
