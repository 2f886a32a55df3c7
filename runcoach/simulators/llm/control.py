"""The model's part of the control API.

POST /_control/llm/script {key?: "*", steps: [...]}   what to say next to callers with this API key
     a step: {text?, tool_calls?: [{name, arguments}], finish_reason?, refusal?, usage?: {input, output},
              cut_after_chunks?, delay_s?} or {error: {status, message, code?, retry_after_s?}}
GET  /_control/llm/script?key=                        {scripted, unconsumed, unexpected}
GET  /_control/llm/calls?key=                         every call with what was answered
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runcoach.simulators.llm.state import ANY_KEY, LlmState


class LlmControl:
    """Scripts and the record."""

    def __init__(self, state: LlmState) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        return [
            Route("/_control/llm/script", self._report, methods=["GET"]),
            Route("/_control/llm/script", self._script, methods=["POST"]),
            Route("/_control/llm/calls", self._calls),
        ]

    async def _script(self, request: Request) -> Response:
        asked = await request.json()
        try:
            self._state.script(asked.get("key", ANY_KEY), asked["steps"])
        except (KeyError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 422)
        return Response(status_code=204)

    async def _report(self, request: Request) -> Response:
        return JSONResponse(self._state.report(request.query_params.get("key", ANY_KEY)))

    async def _calls(self, request: Request) -> Response:
        key = request.query_params.get("key")
        return JSONResponse([call for call in self._state.calls if key in (None, call["key"])])
