"""Connects Strava with a code that the runner's browser brought back, and disconnects it again."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.strava_login import GrantRequest, GrantResult, StravaLoginSteps
    from runcoach.domain.connection import JobState
    from workflows.contracts import ConnectOutcome, ConnectStravaInput, DisconnectStravaInput

from workflows.failures import StepFailed
from workflows.options import ROWS, STRAVA_LOGIN, STRAVA_ONCE
from workflows.run import Run


@workflow.defn(name="ConnectStrava")
class ConnectStrava(Run):
    """One exchange: a code cannot be used again."""

    kind = "strava_connect"
    provider = "strava"

    @workflow.run
    async def run(self, given: ConnectStravaInput) -> ConnectOutcome:
        return await self.conclude(given.user_id, self._connect(given))

    async def _connect(self, given: ConnectStravaInput) -> ConnectOutcome:
        await self.report(JobState.RUNNING, "logging_in")
        result = await self._exchange(given)
        state = JobState.FAILED if result.error_code else JobState.DONE
        await self.report(state, result.state, error_code=result.error_code)
        return ConnectOutcome(result.state, result.error_code)

    async def _exchange(self, given: ConnectStravaInput) -> GrantResult:
        request = GrantRequest(given.user_id, given.code_kind)
        try:
            return await self.step(
                StravaLoginSteps.exchange_code, request, STRAVA_ONCE, "code to tokens", may_park=False
            )
        except StepFailed:
            return await self.step(StravaLoginSteps.end_login, given.user_id, ROWS, "the attempt broke off")


@workflow.defn(name="DisconnectStrava")
class DisconnectStrava(Run):
    """Strava is told where it listens; the tokens here go in any case."""

    kind = "strava_disconnect"
    provider = "strava"

    @workflow.run
    async def run(self, given: DisconnectStravaInput) -> ConnectOutcome:
        return await self.conclude(given.user_id, self._disconnect(given))

    async def _disconnect(self, given: DisconnectStravaInput) -> ConnectOutcome:
        await self.report(JobState.RUNNING, "giving_back")
        try:
            await self.step(
                StravaLoginSteps.deauthorize, given.user_id, STRAVA_LOGIN, "give back", may_park=False
            )
        except StepFailed as failed:
            self.counters[failed.why.code] = 1
        result = await self.step(StravaLoginSteps.forget, given.user_id, ROWS, "destroy the tokens")
        await self.report(JobState.DONE, result.state)
        return ConnectOutcome(result.state)
