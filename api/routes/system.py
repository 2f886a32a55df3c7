"""The installation: what runs, and whether it is well."""

from fastapi import APIRouter, Request, Response

from api.deps import Deps
from api.errors import language_of
from api.schemas.system import DemoLogin, HealthOut, InfoOut, LiveOut, PartOut
from runcoach import VERSION
from runcoach.i18n import LANGUAGES, t

router = APIRouter(tags=["system"])


@router.get("/healthz")
async def live() -> LiveOut:
    """The process answers; nothing else is asked."""
    return LiveOut()


@router.get("/system/health", responses={503: {"model": HealthOut}})
async def health(request: Request, response: Response, deps: Deps) -> HealthOut:
    """Each part in words; 503 where one of them is away."""
    language = language_of(request)
    found = {
        "postgres": await deps.store.is_healthy(),
        "temporal": await deps.orchestrator.is_healthy(),
    }
    is_well = all(found.values())
    response.status_code = 200 if is_well else 503
    parts = [
        PartOut.model_validate(
            {
                "name": name,
                "is_healthy": well,
                "text": t(f"api.health.{name}.{'ok' if well else 'down'}", language),
            }
        )
        for name, well in found.items()
    ]
    return HealthOut(status="ok" if is_well else "degraded", parts=parts)


@router.get("/system/info")
async def info(deps: Deps) -> InfoOut:
    """What the login page shows."""
    config = deps.config
    demo = config.demo
    return InfoOut(
        version=VERSION,
        temporal_ui_url=config.temporal_ui_url,
        is_demo=demo is not None,
        demo_login=DemoLogin(email=demo.email, password=demo.password) if demo else None,
        has_owner=await deps.store.accounts.has_owner(),
        languages=list(LANGUAGES),
        coach="model" if config.has_model else "rules",
    )
