"""The pages that residents see: rendered here, live where the browser can, calm everywhere."""

from gateway.web.app import create_app

__all__ = ["create_app"]
