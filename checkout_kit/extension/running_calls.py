"""What shops call to run the kit: database, worker, end."""

from __future__ import annotations

from checkout_kit.extension.app_services import AppServices
from checkout_kit.worker.due import DueReport


class RunningCalls(AppServices):
    """Calls about running."""

    def init_db(self) -> str:
        """Make the kit's tables or bring them up to date; returns their revision."""
        return self._of_app().init_db()

    def run_due(self) -> DueReport:
        """One pass over all due work. **May move money**: it settles."""
        return self._of_app().work.run_all()

    def start_worker(self) -> None:
        """Start the worker's threads in this process, such as gunicorn's worker."""
        self._of_app().loop.ensure_started()

    def close(self) -> None:
        """End this process's worker, and let go of plugins and database connections."""
        services = self._of_app()
        services.loop.stop()
        services.registry.close()
        services.database.dispose()
