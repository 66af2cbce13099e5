"""The process that does background work: `python -m shizheng.config.worker`, started by `shizheng up`.

On another machine with the same settings it may be started by itself, as often as one likes.
"""

from shizheng.config.runtime import database_in_use, said_plainly, start_django

AT_ONCE, STOP_SECONDS = 2, 10


def main() -> None:
    """Take jobs of all queues until asked to stop; what is then running has STOP_SECONDS to end."""
    with said_plainly(), database_in_use():
        start_django()
        from procrastinate.contrib.django import app

        with app.replace_connector(app.connector.get_worker_connector()) as running:  # type: ignore[attr-defined]
            running.run_worker(concurrency=AT_ONCE, shutdown_graceful_timeout=STOP_SECONDS)


if __name__ == "__main__":
    main()
