"""Whether the product lives, can work, and how much it does; for machines that watch it."""

from collections.abc import Callable
from datetime import timedelta

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.domain.viewer import SYSTEM
from core.clock import now
from integration.selectors import deliveries_visible_to
from pipeline.listening import BEAT_NAME
from work import selectors as work

_HEARTBEAT = timedelta(minutes=3)


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"ok": True})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Each part that work needs; 503 when one fails, and which."""
    parts: dict[str, Callable[[], bool]] = {
        "database": _database,
        "migrations": _migrations,
        "worker": lambda: work.alive(BEAT_NAME, within=_HEARTBEAT),
    }
    state = {name: _try(check) for name, check in parts.items()}
    ready = all(state.values())
    return JsonResponse({"ok": ready, "parts": state}, status=200 if ready else 503)


def _try(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Error:
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text: work owed by step, dead letters, age of the heartbeat, deliveries."""
    beat = work.last_beat(BEAT_NAME)
    age = (now() - beat).total_seconds() if beat else float("inf")
    lines = ["# TYPE egret_work_items gauge"]
    lines += [f'egret_work_items{{step="{k}"}} {n}' for k, n in sorted(work.waiting().items())]
    lines += ["# TYPE egret_dead_letters gauge", f"egret_dead_letters {work.dead().count()}"]
    lines += ["# TYPE egret_worker_heartbeat_age_seconds gauge"]
    lines += [f"egret_worker_heartbeat_age_seconds {'+Inf' if beat is None else f'{age:.3f}'}"]
    lines += ["# TYPE egret_deliveries_total counter"]
    lines += [f"egret_deliveries_total {deliveries_visible_to(SYSTEM).count()}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
