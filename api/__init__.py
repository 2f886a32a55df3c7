"""The door for programs: it authenticates, reads Postgres, and starts and updates workflows.

It never calls a provider within a request; long work answers 202 with a workflow id.
"""

from api.app import create_app
from api.deps import ApiConfig, ApiDeps

__all__ = ["ApiConfig", "ApiDeps", "create_app"]
